"""Whether a page is the one that was asked for, and all of it: told from what was stored, by a table of named rules. Pure.

    judged(payload, document, page) -> signals     each with the words, tag, address or header line that gives it away

A page is one thing: the codes are tried in the order of the table, and the first one of which a rule applies is what it is; the
other rules of that code that apply are kept beside it. A page told wrongly to be something else is lost to every chain, so words
count only where the page has next to no text of its own (`most` of a rule), and never where its markup calls it an article with a
date: articles about bot checks, cookies and missing pages are articles.

Does not judge the exchange (status, lengths, TLS, clocks: fetch.verdict), which is evidence. This is a conclusion, with a version
(kinds.VERDICT_VERSION): better rules draw it again. The words are wording's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from archiver.extract import wording
from archiver.extract.html import Page
from archiver.extract.markup import Markup
from archiver.extract.seen import BARE, LONG, MEAGRE, SHORT, SIGNS, Line, Seen, look, words
from archiver.extract.text import clean
from archiver.model.capture import Payload
from archiver.model.document import Document, Signal

#: Links on a page that is nothing but an obstacle; on one that may have the site's menu around it.
FEW, SOME = 10, 25

_QUOTE = 300  # characters of a quote

Find = Callable[[Seen], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the problem code, a name that stays, how many words of its own a page may have, and what finds the quote.

    `strict`: nothing that calls itself an article is told by it.
    """

    code: str
    name: str
    most: int
    find: Find
    strict: bool = True


def judged(
    payload: Payload, document: Document, page: Page | None = None, markup: Markup | None = None
) -> tuple[Signal, ...]:
    """By what a page is told to be something else than the page, or not the whole of it; nothing where it is not."""
    seen = look(payload, document, page, markup)
    code: str | None = None
    found: list[Signal] = []
    for rule in RULES:
        if code not in (None, rule.code) or seen.own > rule.most or (rule.strict and seen.article):
            continue
        quote = rule.find(seen)
        if quote is not None:
            code = rule.code
            found.append(Signal(rule.code, rule.name, clean(quote[: 4 * _QUOTE])[:_QUOTE]))
    return tuple(found)


# -- what a rule looks for


def header(name: str, value: str, *statuses: int) -> Find:
    """A header with a value that is all of a pattern, in an answer of one of these statuses (none: of any)."""
    pattern = re.compile(value, re.IGNORECASE)

    def find(seen: Seen) -> str | None:
        said = seen.header(name)
        if said is None or not pattern.fullmatch(said) or (statuses and seen.payload.status not in statuses):
            return None
        return f"{name}: {said}"

    return find


def served(seen: Seen) -> str | None:
    """Whether the answer was a success, or no answer at all (a file)."""
    return "" if seen.payload.status is None or seen.payload.status < 400 else None


def called(table: wording.Wording) -> Find:
    """A title, or a part of one, that is all of a wording."""
    return _all_of_one(table, lambda seen: seen.titles)


def headed(table: wording.Wording) -> Find:
    """The first heading, or a part of it, likewise."""
    return _all_of_one(table, lambda seen: seen.headings)


def stated(table: wording.Wording) -> Find:
    """A line that is shown, likewise."""
    return _all_of_one(table, lambda seen: seen.lines)


#: A number before or behind the words that say what it means.
_NUMBER = re.compile(
    r"\A(?:http )?(?:error )?404(?: error)?[\s:.,!()-]{1,4}(?=\S)|[\s:.,!()-]{1,4}(?:http )?(?:error )?404(?: error)?\Z|[!1)]{1,6}\Z"
)


def _all_of_one(table: wording.Wording, lines: Callable[[Seen], tuple[Line, ...]]) -> Find:
    pattern = wording.any_of(table)

    def find(seen: Seen) -> str | None:
        for line in lines(seen):
            said = line.folded.strip(SIGNS)
            if pattern.fullmatch(said) or pattern.fullmatch(_NUMBER.sub("", said).strip(SIGNS)):
                return line.text
        return None

    return find


def says(table: wording.Wording) -> Find:
    """A line that is shown, or shown to people without scripts, with one of these wordings in it."""
    pattern = wording.any_of(table)
    return lambda seen: next((one.text for one in (*seen.lines, *seen.scriptless) if pattern.search(one.folded)), None)


def marked_up(pattern: str) -> Find:
    """A pattern in the source of the page."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def find(seen: Seen) -> str | None:
        found = compiled.search(seen.source)
        if found is None:
            return None
        start = seen.source.rfind("<", max(0, found.start() - 120), found.start() + 1)
        return seen.source[max(start, 0) if start >= 0 else found.start() : found.end() + 60].partition("\n")[0]

    return find


def at(host: str = r"\b\B", path: str = r"\b\B") -> Find:
    """An address whose host begins with one pattern, or with another one as its whole path."""
    of_host, of_path = re.compile(host), re.compile(path)

    def find(seen: Seen) -> str | None:
        try:
            parts = urlsplit(seen.payload.url.lower())
        except ValueError:
            return None
        return seen.payload.url if of_host.match(parts.netloc) or of_path.fullmatch(parts.path) else None

    return find


def links(most: int) -> Find:
    """No more links than that."""
    return lambda seen: "" if seen.links <= most else None


def all_of(*finds: Find) -> Find:
    """What the first finds, where the others find something too."""

    def find(seen: Seen) -> str | None:
        found = first(seen)
        return found if found is not None and all(other(seen) is not None for other in others) else None

    first, *others = finds
    return find


def one_of(*finds: Find) -> Find:
    """What the first of them finds that finds anything."""
    return lambda seen: next((found for find in finds if (found := find(seen)) is not None), None)


def none_of(*finds: Find) -> Find:
    """Whether none of them finds anything."""
    return lambda seen: "" if all(find(seen) is None for find in finds) else None


# -- what only some of them look for

_ASKS = wording.any_of(wording.CONSENT_WORDS)
_AGREES = wording.any_of(wording.AGREE_WORDS)
_PAYS = wording.any_of(wording.PAYWALL_WORDS)
_SCRIPT = wording.any_of(wording.SCRIPT_WORDS)
_ENDS = re.compile(r"(?:\.\.\.|[^\s.!?。！？؟।:;\"'”’»)\]])\Z")


def _only_consent(seen: Seen) -> str | None:
    """A request for consent, with an answer to choose, on a page that says nothing else."""
    asking = [line for line in seen.lines if _ASKS.search(line.folded)]
    other = [
        line for line in seen.lines if not line.linked and line not in asking and not _AGREES.fullmatch(line.folded)
    ]
    if any(line.heading for line in other) or sum(words(line.text) for line in other) >= FEW:
        return None
    return next((line.text for line in asking if words(line.text) >= FEW), None)


def _breaks_off(seen: Seen) -> str | None:
    """Words that sell the rest of a text, behind a beginning of it."""
    behind = 0
    before = ""
    for line in seen.lines:
        if not line.linked and _PAYS.search(line.folded) and behind >= FEW:
            return line.text if behind <= SHORT and (behind <= MEAGRE or _ENDS.search(before)) else None
        if not line.linked and not line.heading and words(line.text) >= FEW:
            behind += words(line.text)
            before = line.folded
    return None


def _marked_and_short(seen: Seen) -> str | None:
    """What the markup says, where the text bears it out: many pages are marked so and served whole all the same."""
    short = seen.own <= MEAGRE or _ENDS.search(seen.end) or any(_PAYS.search(line.folded) for line in seen.lines)
    return seen.marked if short else None


def _asks_for_scripts(seen: Seen) -> str | None:
    """What people without scripts are told, where it is that they need some."""
    return next((line.text for line in seen.scriptless if _SCRIPT.search(line.folded)), None)


def _blank(seen: Seen) -> str | None:
    """A page that shows nothing at all."""
    return None if seen.lines else ""


_PASSWORD = marked_up(r"<input\b[^>]{0,400}\btype\s{0,4}=\s{0,4}[\"']?password")
_ASKED_FOR = marked_up(
    r"<input\b[^>]{0,400}\b(?:type|name)\s{0,4}=\s{0,4}[\"']?(?:email|e-mail|message|comment|phone|tel)\b"
)

RULES: tuple[Rule, ...] = (
    # A bot check. Headers that nothing else sends; marks of the walls there are; then what they say.
    Rule("challenge", "challenge-header-cf-mitigated", SHORT, header("cf-mitigated", "challenge")),
    Rule("challenge", "challenge-header-aws-waf", SHORT, header("x-amzn-waf-action", "challenge|captcha", 202, 405)),
    Rule("challenge", "challenge-header-datadome", MEAGRE, all_of(one_of(header("x-datadome", ".*"), header("x-dd-b", ".*")), marked_up(r"captcha-delivery\.com"))),
    Rule("challenge", "challenge-header-akamai", MEAGRE, all_of(header("server", "akamaighost|akamainetstorage", 403, 429, 503), marked_up(r"access denied"), marked_up(r"reference(?:&#32;|\s)(?:#|&#35;)\d"))),
    Rule("challenge", "challenge-mark-cloudflare", MEAGRE, marked_up(r"\b_cf_chl_opt\b|\bid=[\"']challenge-form[\"']|\bcf-browser-verification\b|/cdn-cgi/challenge-platform/h/[bg]/orchestrate/")),
    Rule("challenge", "challenge-mark-datadome", MEAGRE, marked_up(r"(?:geo|interstitial)\.captcha-delivery\.com|ct\.captcha-delivery\.com/[ci]\.js")),
    Rule("challenge", "challenge-mark-incapsula", MEAGRE, all_of(marked_up(r"<iframe\b[^>]{0,400}_Incapsula_Resource"), links(FEW))),
    Rule("challenge", "challenge-mark-perimeterx", MEAGRE, marked_up(r"\bid=[\"']px-captcha|captcha\.px-(?:cdn|cloud)\.net|\bwindow\._pxAppId\b.{0,200}\b_pxBlock|\b_pxBlockScript")),
    Rule("challenge", "challenge-mark-aws", MEAGRE, all_of(marked_up(r"\bwindow\.gokuProps\b"), links(FEW))),
    Rule("challenge", "challenge-mark-kasada", BARE, all_of(marked_up(r"\bwindow\.KPSDK\b"), marked_up(r"/ips\.js\?"), links(FEW))),
    Rule("challenge", "challenge-mark-sucuri", MEAGRE, marked_up(r"\bsucuri_cloudproxy_(?:js|uuid)")),
    Rule("challenge", "challenge-mark-ddos-guard", MEAGRE, all_of(marked_up(r"/\.well-known/ddos-guard/js-challenge/"), links(FEW))),
    Rule("challenge", "challenge-mark-anubis", MEAGRE, marked_up(r"/\.within\.website/x/cmd/anubis/|\bid=[\"']anubis_challenge")),
    Rule("challenge", "challenge-address", MEAGRE, at(path=r"/(?:showcaptcha|sorry/index|checkcaptcha|_sec/cp_challenge/.{0,200}|cdn-cgi/challenge.{0,200}|errors/validatecaptcha)/?")),
    Rule("challenge", "challenge-title", MEAGRE, all_of(called(wording.CHALLENGE_TITLES), links(FEW))),
    Rule("challenge", "challenge-waiting", 2 * BARE, all_of(called(wording.WAITING_TITLES), links(FEW), marked_up(r"challenge|captcha|location\.reload|http-equiv=[\"']?refresh[\"']?\s{1,4}content=[\"']?\d{1,4}[\"'\s>]"))),
    Rule("challenge", "challenge-words", MEAGRE, all_of(says(wording.CHALLENGE_WORDS), links(FEW), none_of(_ASKED_FOR))),
    # A page of consent.
    Rule("consent", "consent-host", LONG, all_of(at(host=r"(?:consent|guce|collectconsent)\.|(?:[a-z0-9-]{1,60}\.)?privacy-mgmt\.com\b"), says(wording.CONSENT_WORDS))),
    Rule("consent", "consent-address", SHORT, all_of(
        at(path=r"/(?:.{0,200}/)?(?:(?:cookie|privacy|gdpr|tcf)?-?consent|collectconsent|cookie-?wall|zustimmung|privacy-?gate|cookiewall)(?:/tcf)?/?"),
        says(wording.CONSENT_WORDS), stated(wording.AGREE_WORDS),
    )),
    Rule("consent", "consent-title", SHORT, all_of(called(wording.CONSENT_TITLES), links(SOME), says(wording.CONSENT_WORDS), stated(wording.AGREE_WORDS))),
    Rule("consent", "consent-words", SHORT, all_of(_only_consent, links(FEW), stated(wording.AGREE_WORDS))),
    # A login.
    Rule("login", "login-address", SHORT, all_of(
        at(
            host=r"(?:login|signin|accounts?|auth|sso|idp|passport)\.",
            path=r"/(?:.{0,200}/)?(?:log[-_]?in|sign[-_]?in|log[-_]?on|sign[-_]?on|authwall|anmelden|anmeldung|einloggen|connexion|iniciar-sesion|accedi|inloggen|logowanie|giris)(?:\.\w{2,5})?(?:/.{0,40})?",
        ),
        one_of(_PASSWORD, called(wording.LOGIN_TITLES), headed(wording.LOGIN_TITLES), says(wording.LOGIN_WORDS)),
    )),
    Rule("login", "login-form", SHORT, all_of(_PASSWORD, one_of(called(wording.LOGIN_TITLES), all_of(headed(wording.LOGIN_TITLES), links(SOME))))),
    Rule("login", "login-words", MEAGRE, says(wording.LOGIN_WORDS)),
    # Nothing there, and the status does not say so.
    Rule("soft-404", "soft-404-title", SHORT, all_of(called(wording.NOT_FOUND_TITLES), served)),
    Rule("soft-404", "soft-404-heading", SHORT, all_of(headed(wording.NOT_FOUND_TITLES), served)),
    Rule("soft-404", "soft-404-title-and-heading", LONG, all_of(called(wording.NOT_FOUND_TITLES), headed(wording.NOT_FOUND_TITLES), served)),
    Rule("soft-404", "soft-404-words", BARE, all_of(stated(wording.NOT_FOUND_TITLES), links(FEW), served)),
    Rule("soft-404", "soft-404-address", MEAGRE, all_of(at(path=r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:errors?/)?(?:404|not-?found|page-?not-?found|error-?404|404-?not-?found)(?:\.\w{2,5})?/?"), served)),
    # Nothing to read without running its scripts.
    Rule("needs-script", "needs-script-notice", BARE, all_of(_asks_for_scripts, links(FEW), served), strict=False),
    Rule("needs-script", "needs-script-shell", BARE, all_of(marked_up(r"<(?:div|main|section)\b[^>]{0,200}\bid=[\"']?(?:root|app|__next|__nuxt|___gatsby|react-root|main-app|svelte)[\"'\s>][^<]{0,200}</"), marked_up(r"<script\b"), _blank, served), strict=False),
    # The page, and only the part of it that everybody may read.
    Rule("paywall", "paywall-marked", SHORT, _marked_and_short, strict=False),
    Rule("paywall", "paywall-words", SHORT, all_of(_breaks_off, served), strict=False),
)  # fmt: skip
