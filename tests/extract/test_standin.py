"""What stands in for a page, and what only talks of such things: a table of pages, and what each is told to be, and by what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import wording
from archiver.extract.read import read
from archiver.extract.standin import RULES
from archiver.extract.text import fold
from archiver.inspection import inspect
from archiver.model.capture import PROBLEMS, Payload
from archiver.model.inspection import decode, encode

PLAIN = "https://weir.example/2024/05/footbridge"

#: Prose of about 40 words a paragraph.
PARAGRAPH = (
    "<p>The council of Weirbridge met on Tuesday evening to talk about the old footbridge over the river, which has been closed"
    " since the flood in spring, and about what it would cost the town to have its railing mended before winter comes.</p>"
)
LONG = PARAGRAPH * 8
MENU = "<nav>" + "".join(f"<a href='/{n}'>Section {n}</a> " for n in range(30)) + "</nav>"
BANNER = (
    "<div class='cookie-banner'><p>We and our partners use cookies to store and access information on your device and to measure what"
    " is read. You can change your privacy choices at any time.</p><button>Accept all</button><button>Reject all</button></div>"
)
PASSWORD = (
    "<form action='/session'><input name='user'><input type='password' name='pass'><button>Log in</button></form>"
)
ARTICLE = "<meta property='article:published_time' content='2024-05-02T10:00:00Z'>"


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and the names of the rules that apply, none where it is the page."""

    about: str
    content: bytes
    names: tuple[str, ...] = ()
    url: str = PLAIN
    status: int | None = 200
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "text/html"

    @property
    def payload(self) -> Payload:
        return Payload(self.url, self.content, self.media_type, "utf-8", (), self.headers, self.status)


def marked(selector: str, **more: str) -> str:
    inner = ", ".join(f'"{name}": "{value}"' for name, value in more.items())
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The footbridge",'
        f'{inner}{"," if inner else ""} "isAccessibleForFree": false, "hasPart": {{"@type": "WebPageElement", "isAccessibleForFree": "False",'
        f' "cssSelector": "{selector}"}}}}</script>'
    )


CHALLENGES = (
    Case("a mitigated answer", page("Weir", "<p>One moment.</p>"), ("challenge-header-cf-mitigated",), status=403, headers=(("CF-Mitigated", "challenge"),)),
    Case("the same with no body at all", b"", ("challenge-header-cf-mitigated",), status=403, headers=(("cf-mitigated", "challenge"),)),
    Case("a firewall's challenge with a status of success", page("", "<div id='challenge-container'></div>"), ("challenge-header-aws-waf",), status=202, headers=(("x-amzn-waf-action", "challenge"),)),
    Case("its captcha", page("Human Verification", "<p>Choose all the chairs.</p>"), ("challenge-header-aws-waf", "challenge-title"), status=405, headers=(("x-amzn-waf-action", "captcha"),)),
    Case("its script alone", page("", "<script>window.gokuProps = {'key': 'x'};</script>"), ("challenge-mark-aws",), status=202),
    Case("a protected answer with a captcha", page("weir.example", "<p>Please enable JS and disable any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script>"), ("challenge-header-datadome", "challenge-mark-datadome"), status=403, headers=(("X-DataDome", "protected"),)),
    Case("an edge that denies", page("Access Denied", "<h1>Access Denied</h1>You don't have permission to access \"http&#58;//weir.example/\" on this server.<p>Reference&#32;&#35;18.2f1c</p>"), ("challenge-header-akamai",), status=403, headers=(("Server", "AkamaiGHost"),)),
    Case("the usual interstitial", page("Just a moment...", "<noscript><p>Enable JavaScript and cookies to continue</p></noscript><script>window._cf_chl_opt={cvId:'3'};</script>"), ("challenge-mark-cloudflare", "challenge-words"), status=403),
    Case("an older one", page("Attention Required! | Cloudflare", "<h1>One more step</h1><p>Please complete the security check to access weir.example</p><form id=\"challenge-form\"></form>"), ("challenge-mark-cloudflare", "challenge-title", "challenge-words"), status=403),
    Case("a frame that is all there is, with a status of success", page("", "<iframe id='main-iframe' src='/_Incapsula_Resource?SWUDNSAI=9'>Request unsuccessful. Incapsula incident ID: 12</iframe>"), ("challenge-mark-incapsula",)),
    Case("a button to hold", page("Access to this page has been denied", "<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>"), ("challenge-mark-perimeterx", "challenge-title", "challenge-words"), status=403),
    Case("a script that counts", page("", "<script>window.KPSDK={};</script><script src='/x/ips.js?y'></script>"), ("challenge-mark-kasada",), status=429),
    Case("a proxy's script", page("", "<script>sucuri_cloudproxy_js='x';</script>"), ("challenge-mark-sucuri",)),
    Case("a guard", page("DDoS-Guard", "<p>Checking your browser before accessing weir.example</p><script src='/.well-known/ddos-guard/js-challenge/index.js'></script>"), ("challenge-mark-ddos-guard", "challenge-title", "challenge-words"), status=403),
    Case("a proof of work", page("Making sure you're not a bot!", "<h1>Making sure you're not a bot!</h1><script src='/.within.website/x/cmd/anubis/static/js/main.mjs'></script>"), ("challenge-mark-anubis", "challenge-title", "challenge-words")),
    Case("an address of captchas", page("Oops!", "<p>Requests like yours are many.</p>"), ("challenge-address",), url="https://weir.example/showcaptcha?retpath=x"),
    Case("unusual traffic", page("Sorry...", "<p>Our systems have detected unusual traffic from your computer network. Please try your request again later.</p>"), ("challenge-words",)),
    Case("characters to type", page("Weir", "<h4>Enter the characters you see below</h4><p>Sorry, we just need to make sure you're not a robot.</p>"), ("challenge-words",)),
    Case("a rejected request", page("Request Rejected", "The requested URL was rejected. Please consult with your administrator."), ("challenge-title", "challenge-words")),
    Case("plain text that says so", b"Sorry, you have been blocked", ("challenge-words",), status=403, media_type="text/plain"),
    Case("German", page("Nur einen Moment…", "<p>Bestätigen Sie, dass Sie ein Mensch sind.</p><script>window.challenge=1</script>"), ("challenge-waiting", "challenge-words"), status=403),
    Case("Japanese", page("しばらくお待ちください...", "<p>あなたが人間であることを確認します。</p><script src='/challenge.js'></script>"), ("challenge-waiting", "challenge-words"), status=403),
    Case("Russian", page("Вы не робот?", "<p>Подтвердите, что запросы отправляли вы, а не робот</p>"), ("challenge-title", "challenge-words")),
)  # fmt: skip

NO_CHALLENGES = (
    Case("an article about bot checks", page("Just a moment: how bot checks work", f"<h1>Are you a robot?</h1>{LONG}<p>“Verify you are human”, it says.</p>")),
    Case("a short article about them", page("Verify you are human", f"<h1>Verify you are human</h1>{PARAGRAPH}<p>Sorry, you have been blocked.</p>", ARTICLE)),
    Case("an article with code of one", page("Reading a challenge", f"<p>Look for window._cf_chl_opt in the page.</p>{LONG}<pre>window._cf_chl_opt = {{}}</pre>")),
    Case("a page behind a wall that let it pass", page("The footbridge", f"{LONG}<script>window.__CF$cv$params={{r:'1'}};</script><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"), headers=(("Server", "cloudflare"), ("CF-RAY", "1"))),
    Case("a short page of such a site", page("Opening hours", "<h1>Opening hours</h1><p>Daily from ten to four.</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"), headers=(("Server", "cloudflare"),)),
    Case("a short page with a wall's script", page("Opening hours", "<h1>Opening hours</h1><p>Daily from ten to four.</p><script src='/_Incapsula_Resource?SWJIYLWA=719'></script>"), headers=(("X-CDN", "Incapsula"),)),
    Case("a protected page that was served", page("The footbridge", LONG), headers=(("X-DataDome", "protected"),)),
    Case("a page that integrates a wall's script", page("Opening hours", "<h1>Opening hours</h1><p>Daily from ten to four.</p><script src='https://x.awswaf.com/x/challenge.js'></script>")),
    Case("a form with a captcha", page("Contact", "<h1>Contact</h1><p>Write to us. Confirm that you are human below.</p><input type='email' name='email'><textarea name='message'></textarea><div class='g-recaptcha'></div>")),
    Case("a poem of that title", page("Just a moment", "<h1>Just a moment</h1><p>Just a moment, said the river, and went on.</p><script src='/count.js'></script>")),
    Case("a whole article with the header", page("The footbridge", LONG), headers=(("cf-mitigated", "challenge"),)),
)  # fmt: skip

CONSENTS = (
    Case("a host of consent", page("Yonder", f"<h1>Yonder is part of a family of brands</h1><p>We use cookies.</p>{PARAGRAPH * 6}<button>Accept all</button>"), ("consent-host",), url="https://consent.yonder.example/v2/collectConsent?sessionId=1"),
    Case("an address of consent", page("Weir News", "<h2>Weir with advertising</h2><p>We need your consent to cookies.</p><button>Accept and continue</button>"), ("consent-address",), url="https://www.weir.example/consent/tcf/?target=%2Fbridge"),
    Case("a title of consent", page("Before you continue to Weir Search", "<h1>Before you continue</h1><p>We use cookies and data to deliver and maintain our services and to track outages and protect against spam.</p><button>Reject all</button><button>Accept all</button>"), ("consent-title",)),
    Case("nothing but a request", page("Weir News", BANNER), ("consent-words",)),
    Case("German", page("Zustimmung", "<p>Mit Ihrer Zustimmung verwenden wir und unsere Partner Cookies, um Inhalte anzuzeigen und Anzeigen zu messen.</p><button>Alle akzeptieren</button>"), ("consent-title", "consent-words")),
    Case("French", page("Avant de continuer", "<p>Nous utilisons des cookies et d'autres données pour assurer la maintenance de nos services et leur fonctionnement.</p><button>Tout accepter</button>"), ("consent-title", "consent-words")),
)  # fmt: skip

NO_CONSENTS = (
    Case("an article under a banner", page("The footbridge", BANNER + LONG)),
    Case("a short page under a banner", page("Opening hours", f"{BANNER}<h1>Opening hours</h1><p>Daily from ten to four.</p>")),
    Case("a picture under a banner", page("Cat on a mat", f"{BANNER}<figure><img src='/cat.jpg'><figcaption>A cat on a mat in the morning sun, photographed by M. Frey in May.</figcaption></figure>")),
    Case("a front page under a banner", page("Weir News", MENU + BANNER)),
    Case("an article about consent", page("Before you continue", f"<h1>Before you continue</h1>{LONG}<p>We value your privacy, it says, and: Accept all.</p>")),
    Case("a policy", page("Cookie notice", f"<h1>Cookie notice</h1><p>We use cookies.</p>{PARAGRAPH * 2}"), url="https://weir.example/privacy/cookies"),
    Case("a page about consent, at that address", page("Consent in medicine", f"<h1>Consent in medicine</h1>{LONG}"), url="https://weir.example/ethics/consent"),
)  # fmt: skip

LOGINS = (
    Case("an address of logins", page("Weir", f"<h1>Welcome back</h1>{PASSWORD}"), ("login-address",), url="https://weir.example/login?next=%2Fbridge"),
    Case("a host of logins without a password yet", page("Sign in - Weir Accounts", "<h1>Sign in</h1><p>Email or phone</p><input name='id'><a href='/help'>Forgot email?</a>"), ("login-address",), url="https://accounts.weir.example/v3/identifier?continue=x"),
    Case("a form in the page's place", page("Log in | Weir News", f"{MENU}<h1>Log in</h1>{PASSWORD}"), ("login-form",)),
    Case("a wall of words", page("Weir Forum", f"{MENU}<p>You must be logged in to view this page.</p>"), ("login-words",)),
    Case("another", page("Weir Forum", "<h1>Members</h1><p>Please log in or register to continue.</p>"), ("login-words",)),
    Case("a refusal with a status of success", page("Access denied | Weir", "<h1>Access denied</h1><p>You are not authorized to access this page.</p>"), ("login-words",)),
    Case("German", page("Anmelden", f"<h1>Anmelden</h1>{PASSWORD}"), ("login-form",)),
    Case("Spanish", page("Iniciar sesión - La Presa", f"<p>Usuario y contraseña</p>{PASSWORD}"), ("login-form",)),
    Case("Chinese", page("堰桥论坛", "<p>您需要先登录后查看此内容</p>"), ("login-words",)),
)  # fmt: skip

NO_LOGINS = (
    Case("an article with a form in its head", page("The footbridge", PASSWORD + LONG)),
    Case("a board with a form in its head", page("Weir Forum", f"{PASSWORD}{MENU}<h1>Weir Forum</h1><p>Talk of the river.</p>")),
    Case("a short article with a form", page("A bridge is mended", f"{PASSWORD}<h1>A bridge is mended</h1>{PARAGRAPH}")),
    Case("an article about logins", page("How to log in safely", f"<h1>How to log in safely</h1>{LONG}<p>Please log in to continue, it says.</p>")),
    Case("a short article whose comments ask for one", page("A bridge is mended", f"<h1>A bridge is mended</h1>{PARAGRAPH}<p>Please log in to comment.</p><p>You must be logged in to reply.</p>")),
    Case("German comments that ask for one", page("Brücke geflickt", f"<h1>Brücke geflickt</h1>{PARAGRAPH}<p>Bitte melden Sie sich an, um diesen Artikel zu kommentieren.</p>")),
    Case("an article at an address of that word", page("Login", f"<h1>Login, a short history of a word</h1>{LONG}"), url="https://weir.example/words/login"),
)  # fmt: skip

MISSING = (
    Case("a title and a heading", page("Page not found | Weir News", f"{MENU}<h1>Page not found</h1><p>Try the search.</p>"), ("soft-404-title", "soft-404-heading", "soft-404-title-and-heading")),
    Case("with teasers below", page("404 - Page not found", f"{MENU}<h1>Oops! That page can't be found.</h1>{PARAGRAPH * 7}"), ("soft-404-title-and-heading",)),
    Case("a heading alone", page("Weir News", f"{MENU}<h1>Sorry, the page you are looking for does not exist.</h1>"), ("soft-404-heading",)),
    Case("a number alone", page("404", "<p>Nothing.</p>"), ("soft-404-title",)),
    Case("a number and words", page("Error 404 (Not Found)!!1", "<p>That is all we know.</p>"), ("soft-404-title",)),
    Case("no title, no heading", page("", "<p>Page not found</p>"), ("soft-404-words",)),
    Case("plain text", b"404: Not Found", ("soft-404-words",), media_type="text/plain"),
    Case("an address", page("Weir News", "<h1>Lost?</h1><p>Go back to the river.</p>"), ("soft-404-address",), url="https://weir.example/error/404.html"),
    Case("a file of unknown status", page("Page not found", "<p>No.</p>"), ("soft-404-title",), status=None),
    *(
        Case(language, page(f"{title} | Weir", f"<h1>{title}</h1><p>…</p>"), ("soft-404-title", "soft-404-heading", "soft-404-title-and-heading", "soft-404-words"))
        for language, title in (
            ("German", "Seite nicht gefunden"), ("German again", "Diese Seite existiert leider nicht mehr"), ("French", "Page introuvable"),
            ("French again", "La page que vous recherchez n'existe pas"), ("Spanish", "Página no encontrada"), ("Italian", "Pagina non trovata"),
            ("Portuguese", "Página não encontrada"), ("Dutch", "Pagina niet gevonden"), ("Russian", "Страница не найдена"), ("Ukrainian", "Сторінку не знайдено"),
            ("Polish", "Nie znaleziono strony"), ("Turkish", "Sayfa bulunamadı"), ("Arabic", "الصفحة غير موجودة"), ("Persian", "صفحه مورد نظر یافت نشد"),
            ("Chinese", "您访问的页面不存在"), ("Japanese", "お探しのページは見つかりませんでした"),
        )
    ),
)  # fmt: skip

NOT_MISSING = (
    Case("the status says it already", page("Page not found", "<h1>Page not found</h1>"), status=404),
    Case("an article about such pages", page("Page not found: the art of the 404", f"<h1>Page not found: the art of the 404</h1>{PARAGRAPH}")),
    Case("an article of that very title", page("Page not found", f"<h1>Page not found</h1>{PARAGRAPH * 2}", ARTICLE)),
    Case("a long one without a date", page("Page not found", f"<h1>Page not found</h1>{PARAGRAPH * 20}")),
    Case("a car of that number", page("Peugeot 404 | Weir Cars", f"<h1>Peugeot 404</h1>{PARAGRAPH}")),
    Case("an outlet of that number", page("Bridge is mended | 404 Weir", f"<h1>Bridge is mended</h1>{PARAGRAPH}")),
    Case("a thing that was not found", page("Missing boat not found", f"<h1>Missing boat not found</h1>{PARAGRAPH}")),
    Case("a search without a result, in a page with a menu", page("Weir News", f"{MENU}<h1>Weir News</h1><p>Nothing found</p>{PARAGRAPH}")),
)  # fmt: skip

SCRIPTS = (
    Case("a notice", page("Weir", "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div><script src='/app.js'></script>"), ("needs-script-notice", "needs-script-shell")),
    Case("a shell without a notice", page("Weir", "<div id=app></div><script src='/app.js'></script>"), ("needs-script-shell",)),
    Case("a notice in Polish", page("Jaz", "<noscript>Włącz obsługę JavaScript, aby zobaczyć stronę.</noscript><script src='/a.js'></script>"), ("needs-script-notice",)),
)  # fmt: skip

NO_SCRIPTS = (
    Case("an article with a notice", page("The footbridge", f"<noscript>Please enable JavaScript.</noscript>{LONG}")),
    Case("a short page with a notice", page("Opening hours", f"<noscript>Please enable JavaScript for the map.</noscript><h1>Opening hours</h1>{PARAGRAPH}")),
    Case("a front page of headlines with a notice", page("Weir News", f"<noscript>Please enable JavaScript.</noscript>{MENU}<ul><li><a href='/a'>The bridge is mended</a></li></ul>")),
    Case("a shell that was filled", page("Weir", f"<div id='root'><h1>The footbridge</h1>{PARAGRAPH}</div><script src='/app.js'></script>")),
)  # fmt: skip

PAYWALLS = (
    Case("marked, and the part is not there", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH * 2}", marked(".paywall")), ("paywall-marked",)),
    Case("marked, and the part is a beginning", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH}<div class='paywall'>{PARAGRAPH[:90]}...</p></div>", marked(".paywall")), ("paywall-marked",)),
    Case("said", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH * 2}<div><p>Subscribe to continue reading. Already a subscriber? Sign in</p></div>"), ("paywall-words",)),
    Case("said of a dated article", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH * 2}<div><p>This article is only available to subscribers.</p></div>", ARTICLE), ("paywall-words",)),
    Case("a longer text that breaks off", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH * 4}<p>It was then that the mayor rose and said what nobody in the hall had expected of...</p><p>To continue reading, please subscribe or log in.</p>"), ("paywall-words",)),
    *(
        Case(language, page("Steg", f"<h1>Steg</h1>{PARAGRAPH}<p>{words}</p>"), ("paywall-words",))
        for language, words in (
            ("German", "Dieser Artikel ist nur für Abonnenten verfügbar."), ("French", "Cet article est réservé aux abonnés"),
            ("Spanish", "Contenido exclusivo para suscriptores"), ("Italian", "Contenuto riservato agli abbonati"),
            ("Portuguese", "Conteúdo exclusivo para assinantes"), ("Dutch", "Dit artikel is exclusief voor abonnees"),
            ("Russian", "Материал доступен только по подписке"), ("Polish", "Artykuł dostępny tylko dla prenumeratorów"),
            ("Chinese", "订阅后继续阅读全文"), ("Japanese", "この記事は会員限定です"),
        )
    ),
)  # fmt: skip

NO_PAYWALLS = (
    Case("marked, and the part was served", page("The footbridge", f"<h1>The footbridge</h1><div class='paywall'>{LONG}</div>", marked(".paywall"))),
    Case("marked in pieces that were served", page("The footbridge", "<h1>The footbridge</h1>" + f"<div class='metered'>{PARAGRAPH * 2}</div>" * 4, marked(".metered"))),
    Case("marked, whole, and the selector is of another template", page("The footbridge", f"<h1>The footbridge</h1>{LONG}", marked(".premium"))),
    Case("a teaser under a whole text", page("The footbridge", f"{LONG}<p>Subscribe to continue reading stories like this.</p>")),
    Case("a whole text of middle length with one", page("The footbridge", f"{PARAGRAPH * 5}<p>Subscribe to continue reading stories like this.</p>")),
    Case("a box for a newsletter", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH}<form><p>Sign up for our newsletter</p><input type='email'></form>")),
    Case("a link to other articles for subscribers", page("The footbridge", f"<h1>The footbridge</h1>{PARAGRAPH}<p><a href='/x'>This article is for subscribers only: the weir</a></p>")),
    Case("an article about paywalls", page("Subscribe to continue reading", f"<h1>Subscribe to continue reading</h1>{LONG}")),
    Case("a list of plans", page("Plans", "<h1>Plans</h1><p>Become a member to continue reading.</p>")),
)  # fmt: skip

PLAIN_PAGES = (
    Case("an article", page("The footbridge", LONG)),
    Case("a photograph, which is no page", b"\x89PNG\r\n\x1a\n", media_type="image/png"),
    Case("a letter of two lines", page("A letter", "<p>Dear M.,</p><p>The river is high again.</p>")),
)  # fmt: skip

CASES = (
    *CHALLENGES, *NO_CHALLENGES, *CONSENTS, *NO_CONSENTS, *LOGINS, *NO_LOGINS, *MISSING, *NOT_MISSING, *SCRIPTS, *NO_SCRIPTS,
    *PAYWALLS, *NO_PAYWALLS, *PLAIN_PAGES,
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{case.about}: {', '.join(case.names) or 'the page'}" for case in CASES])
def test_a_page_is_told_by_the_rules_that_its_case_names(case: Case) -> None:
    document = read(case.payload)
    assert tuple(signal.name for signal in document.signals) == case.names
    codes = {signal.code for signal in document.signals}
    assert codes <= set(document.problems)
    assert len(codes) <= 1


def test_every_rule_has_a_case_and_every_code_its_counter_examples() -> None:
    told = {name for case in CASES for name in case.names}
    assert told == {rule.name for rule in RULES}
    assert len(CASES) >= 60


def test_every_rule_is_named_after_its_code_and_the_code_is_known() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.code in PROBLEMS
        assert rule.name.startswith(f"{rule.code}-")


TABLES = {name: table for name, table in vars(wording).items() if name.isupper()}


@pytest.mark.parametrize("name", TABLES)
def test_wordings_are_written_as_text_is_folded(name: str) -> None:
    for row in TABLES[name].values():
        literal = row.replace("[‌ ]", " ").replace("‌", " ")
        assert (
            fold(literal.replace(r"\W", "").replace(r"\S", "")) == literal.replace(r"\W", "").replace(r"\S", "").strip()
        )


def test_what_is_quoted_stands_on_the_page() -> None:
    [told] = read(LOGINS[3].payload).signals
    assert told.quote == "You must be logged in to view this page."
    [header] = read(CHALLENGES[0].payload).signals
    assert header.quote == "cf-mitigated: challenge"
    [address] = read(LOGINS[0].payload).signals
    assert address.quote == LOGINS[0].url
    [mark] = read(CHALLENGES[9].payload).signals
    assert mark.quote.startswith("<iframe id='main-iframe'")


def test_a_shell_is_called_by_what_it_lacks_and_not_merely_empty() -> None:
    assert read(SCRIPTS[1].payload).problems == ("needs-script",)
    assert read(CHALLENGES[1].payload).problems == ("challenge",)


def test_a_quote_is_never_long() -> None:
    long = page("x", "<p>Sorry, you have been blocked" + "x" * 5000 + "</p>")
    [told] = read(Payload(PLAIN, long, "text/html", "utf-8")).signals
    assert len(told.quote) <= 300


@pytest.mark.parametrize("case", CASES[:3])
def test_a_verdict_comes_back_from_the_process_that_read(case: Case) -> None:
    found = inspect(case.payload)
    assert found.document.signals
    assert decode(encode(found), case.url) == found


HOSTILE = st.sampled_from([
    "404", "page not found ", "subscribe ", "log in to ", "<input ", "type=password ", "a" * 200, "...", "cookie ", "<noscript>javascript",
    "</noscript>", "<p>", "</p>", "verify you are ", "human ", "<iframe ", "'", '"', ">", "\u200c", "您访问的", "\u202e", "&#0;",
])  # fmt: skip


@given(st.lists(HOSTILE, max_size=60).map("".join), st.sampled_from([None, 200, 403]), st.text(max_size=40))
def test_nothing_that_a_page_says_breaks_it(body: str, status: int | None, header: str) -> None:
    payload = Payload(
        PLAIN,
        page(body[:40], body),
        "text/html",
        "utf-8",
        (),
        (("cf-mitigated", header), ("x-datadome", header)),
        status,
    )
    document = read(payload)
    assert {signal.code for signal in document.signals} <= set(document.problems)
