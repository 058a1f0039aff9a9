"""Addresses: which are taken, how they are spelled, and when two of them are the same for a look-up.

Pure string work after RFC 3986 and the WHATWG URL rules that matter here. It resolves nothing and opens nothing.

    parse(text)    -> the address as it will be requested (http or https, A-label host, no fragment), or ValueError
    key(url)       -> what a look-up compares: scheme, default port, fragment, tracking parameters and a trailing slash
                      do not count
    site(host)     -> the registrable part, by a short table (not the Public Suffix List: see SECOND_LEVEL)
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

SCHEMES = ("http", "https")
DEFAULT_PORTS = {"http": 80, "https": 443}

#: Characters of an address that is taken. Longer ones could not be stated whole (model.statement), and are traps or accidents.
MAX_LENGTH = 4000

#: Query parameters that name the visitor's way to a page, never the page. Matched whole, case-folded; a trailing * is a prefix.
TRACKING = (
    "utm_*", "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl",
    "mkt_tok", "oly_anon_id", "oly_enc_id", "vero_id", "wickedid", "__twitter_impression", "ref_src", "cmpid", "at_medium", "at_campaign", "spm",
)  # fmt: skip

#: Labels under which registries sell names below a two-letter suffix (co.uk, com.au ...). A heuristic that needs no
#: data file; where it is wrong two sites are kept apart that belong together, never the other way round.
SECOND_LEVEL = frozenset(
    [
        "ac",
        "asn",
        "co",
        "com",
        "edu",
        "go",
        "gob",
        "gouv",
        "gov",
        "gub",
        "ltd",
        "mil",
        "ne",
        "net",
        "or",
        "org",
        "plc",
        "sch",
    ]
)

#: Hosts that hand out subdomains to unrelated publishers: the subdomain is part of the site.
SHARED_HOSTS = frozenset(
    ("blogspot.com", "wordpress.com", "substack.com", "tumblr.com", "github.io", "medium.com", "livejournal.com", "typepad.com", "over-blog.com", "wixsite.com")
)  # fmt: skip

#: Addresses that are spelled as they are requested, and whose key is told at a glance: no port, no query, no escape, a host in lower case.
_PLAIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,20}(?:/[A-Za-z0-9._~-]+)*/?")
_PLAIN_LENGTH = 200

#: A path that leads to a front page: the root, a language, an index.
_FRONT = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w{2,5}|home)?/?", re.IGNORECASE)

_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?\Z"
)
_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]+(?:%[^\[\]]*)?\](?::[0-9]*)?\Z")
# Characters that stay as they are; everything else is percent-encoded as UTF-8. "%" stays: what is encoded already is not touched.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%|[]"
_QUERY_SAFE = _PATH_SAFE + "?"


class BadUrl(ValueError):
    """An address that is not taken; `problem` is `scheme`, `credentials` or `not-a-url`."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def ascii_host(host: str) -> str:
    """A host name in A-labels, lower case, or an IP literal without brackets. Raises BadUrl."""
    host = host.strip("[]").lower()
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return host
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as why:
        raise BadUrl("not-a-url", f"the host name {host[:80]!r} cannot be written in A-labels") from why
    if not _HOST.match(name):
        raise BadUrl("not-a-url", f"{host[:80]!r} is not a host name")
    return name.rstrip(".")


def parse(text: str) -> str:
    """The address as it will be requested: scheme and host in lower case, no default port, no fragment, a path, non-ASCII encoded.

    Raises BadUrl, naming what is wrong.
    """
    text = text.strip()
    if _is_plain(text):
        return text if text.count("/") > 2 else f"{text}/"
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise BadUrl("not-a-url", "the address holds bytes that are not UTF-8")
    if len(text) > MAX_LENGTH:
        raise BadUrl("not-a-url", f"the address has {len(text)} characters; more than {MAX_LENGTH} are not taken")
    if _CONTROL.search(text.replace(" ", "")):
        raise BadUrl("not-a-url", "the address holds control characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as why:
        raise BadUrl("not-a-url", f"not an address: {why}") from why
    scheme = parts.scheme.lower()
    if not scheme or (not parts.netloc and scheme in SCHEMES):
        raise BadUrl("not-a-url", f"{text[:80]!r} is not an address (it needs http:// or https:// and a host)")
    if scheme not in SCHEMES:
        raise BadUrl("scheme", f"the scheme {scheme!r} is not taken: only http and https are")
    if "@" in parts.netloc:
        raise BadUrl(
            "credentials", "the address holds a user name or password; such an address is never requested or stored"
        )
    if "[" in parts.netloc and not _BRACKETED.match(parts.netloc):
        raise BadUrl("not-a-url", f"{parts.netloc[:80]!r} is neither a host name nor an IPv6 address in brackets")
    if port == 0:
        raise BadUrl("not-a-url", "there is no port 0")
    host = ascii_host(parts.hostname or "")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    return urlunsplit(
        (scheme, netloc, quote(parts.path or "/", safe=_PATH_SAFE), quote(parts.query, safe=_QUERY_SAFE), "")
    )


def _is_plain(text: str) -> bool:
    """Whether there is nothing in it that would be spelled otherwise, as in most addresses: that saves taking it apart."""
    return len(text) < _PLAIN_LENGTH and _PLAIN.fullmatch(text) is not None


def without_credentials(url: str) -> str:
    """The address with its user name and password taken out: what may be stored and shown of one that holds them."""
    return re.sub(r"^(\s*[A-Za-z][A-Za-z0-9+.-]*:/*)[^/?#]*@", r"\1", url)


def host(url: str) -> str:
    """The host of an address, lower case, "" where there is none. Never raises."""
    try:
        return (urlsplit(url if "//" in url else "//" + url).hostname or "").lower()
    except ValueError:
        return ""


def port(url: str) -> int:
    """The port that a parsed address is requested at."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS[parts.scheme]


def path(url: str) -> str:
    """The path of an address, "/" where it is empty. Never raises."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def front(url: str) -> str:
    """The front page of the site's host that an address stands on: `https://news.example/a/b` -> `https://news.example/`."""
    try:
        return urlunsplit((*urlsplit(url)[:2], "/", "", ""))
    except ValueError:
        return url


def is_home(address: str) -> bool:
    """Whether an address or a look-up key is a site's front page: it names a publisher, not an article."""
    return _FRONT.fullmatch(path(address)) is not None and "?" not in address


def is_tracking(name: str) -> bool:
    """Whether a query parameter only names the visitor's way here."""
    name = name.casefold()
    return any(name.startswith(rule[:-1]) if rule.endswith("*") else name == rule for rule in TRACKING)


def key(url: str) -> str:
    """What a look-up compares: `//host[:port]/path[?query]`.

    Without scheme, default port, fragment, tracking parameters and trailing slash; escapes of unreserved characters undone.
    An address that cannot be parsed is its own key, scheme and host in lower case, so that what was recorded can be found.
    """
    return _remembered(url) if len(url) <= _REMEMBERED else _key(url)


def _key(url: str) -> str:
    if _is_plain(url):
        plain = url[url.index(":") + 1 :].rstrip("/")
        return plain if plain.count("/") > 2 else f"{plain}/"
    try:
        parts = urlsplit(parse(without_credentials(url)))
    except BadUrl:
        plain = without_credentials(url.strip())[:MAX_LENGTH].encode("utf-8", "backslashreplace").decode()
        return re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#]*)?", lambda found: found[0].lower(), plain)
    query = "&".join(
        piece for piece in parts.query.split("&") if piece and not is_tracking(unquote(piece.partition("=")[0]))
    )
    plain = _undo_unreserved(parts.path).rstrip("/")
    return f"//{parts.netloc}{plain or '/'}" + (f"?{_undo_unreserved(query)}" if query else "")


#: A chain of many pages names each address over and over: those of so many characters, that were asked for last, are remembered.
_REMEMBERED = 500
_remembered = lru_cache(maxsize=4096)(_key)


def _undo_unreserved(text: str) -> str:
    """Percent-escapes of unreserved characters undone, all others in upper case (RFC 3986, 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else match[0].upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", one, text)


def site(name: str) -> str:
    """The registrable part of a host name: `news.example.co.uk` -> `example.co.uk`. An IP literal is its own site."""
    name = name.lower().rstrip(".")
    if ":" in name or re.fullmatch(r"[0-9.]+", name):
        return name
    labels = name.split(".")
    for shared in SHARED_HOSTS:
        if name.endswith("." + shared):
            return ".".join(labels[-(shared.count(".") + 2) :])
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


def brand(name: str) -> str:
    """The label that names the site: `www.globalpost.co.uk` -> `globalpost`."""
    return site(name).split(".")[0]


def same_site(a: str, b: str) -> bool:
    """Whether two addresses stand on one site."""
    return bool(host(a)) and site(host(a)) == site(host(b))
