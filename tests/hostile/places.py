"""Misbehaviour about where to go: redirects, names, and the many spellings of addresses that nobody may connect to.

A canary listens on the port that `{canary}` stands for. Whatever these rows say, it must never be spoken to.
"""

from __future__ import annotations

from tests.fetch.server import redirect
from tests.hostile.behaviour import CAPTURED, FAILED, FLAGGED, REFUSED, Behaviour, page, with_body

B = Behaviour


def to(location: str, status: str = "302 Found") -> dict[str, tuple[bytes, ...]]:
    """A page that redirects, and what may stand at the other end."""
    return {"/page": redirect(location, status), "/end": (page(),)}


# fmt: off
REDIRECTS = (
    B("redirect-to-the-end", CAPTURED, to("/end")),
    B("redirect-to-itself", FAILED, to("/page"), ("protocol",)),
    B("redirect-to-itself-with-a-fragment", FAILED, to("/page#again"), ("protocol",)),
    B("redirect-in-a-circle", FAILED, {"/page": redirect("/b"), "/b": redirect("/c"), "/c": redirect("/page")}, ("protocol",)),
    B("redirect-without-end", FAILED, {"*": (lambda asked: with_body(f"Location: {asked.split()[1].decode()}x\nContent-Length: 0", b"", "302 Found"),)}, ("protocol",)),
    B("redirect-without-a-target", FLAGGED, to(""), ("empty",)),
    B("redirect-to-many", FLAGGED, {"/page": (with_body("Location: /end\nContent-Length: 0", b"", "300 Multiple Choices"),)}, ("empty",)),
    B("redirect-to-two-places", CAPTURED, {"/page": (with_body("Location: /end\nLocation: http://127.0.0.1:{canary}/\nContent-Length: 0", b"", "302 Found"),), "/end": (page(),)}),
    B("redirect-with-a-line-end", FAILED, to("/end\rX-Injected: yes"), ("protocol",)),
    B("redirect-with-a-line-end-encoded", CAPTURED, {"/page": redirect("/end%0d%0aX-Injected:%20yes"), "*": (page(),)}),
    B("redirect-with-nul", FAILED, to("/end\x00.html"), ("protocol",)),
    B("redirect-with-spaces-and-quotes", CAPTURED, {"/page": redirect("/a b\"<c>"), "*": (page(),)}),
    B("redirect-with-escapes", REFUSED, to("/\x1b[31mred"), ("not-a-url",)),
    B("redirect-with-bidi", CAPTURED, {"/page": redirect("/\u202egpj.exe".encode().decode("latin-1")), "*": (page(),)}),
    B("redirect-in-latin-1", CAPTURED, {"/page": redirect("/caf\xe9"), "*": (page(),)}),
    B("redirect-of-90-kilobytes", REFUSED, to("/" + "x" * 90_000), ("not-a-url",)),
    B("redirect-to-a-refresh", CAPTURED, (page(Refresh="0; url=http://127.0.0.1:{canary}/"),)),
    B("redirect-that-a-200-only-names", CAPTURED, (page(Location="http://127.0.0.1:{canary}/"),)),
    B("redirect-to-a-file", REFUSED, to("file:///etc/passwd"), ("scheme",)),
    B("redirect-to-data", REFUSED, to("data:text/html,<p>x"), ("scheme",)),
    B("redirect-to-a-script", REFUSED, to("javascript:alert(1)"), ("scheme",)),
    B("redirect-to-ftp", REFUSED, to("ftp://127.0.0.1:{canary}/"), ("scheme",)),
    B("redirect-to-gopher", REFUSED, to("gopher://127.0.0.1:{canary}/_GET"), ("scheme",)),
    B("redirect-to-a-websocket", REFUSED, to("ws://127.0.0.1:{canary}/"), ("scheme",)),
    B("redirect-with-credentials", REFUSED, to("http://user:secret@127.0.0.1:{port}/end"), ("credentials",)),
    B("redirect-to-no-host-but-ours", CAPTURED, to("http:///end")),
    B("redirect-to-port-0", REFUSED, to("http://127.0.0.1:0/"), ("not-a-url",)),
    B("redirect-to-port-70000", REFUSED, to("http://127.0.0.1:70000/"), ("not-a-url",)),
    B("redirect-from-tls-to-plain-and-private", REFUSED, to("http://127.0.0.1:{canary}/"), ("address",), tls="good"),
    B("redirect-to-tls-that-is-none", FAILED, to("https://redirect-to-tls-that-is-none.hostile.example:{port}/end"), ("timeout",), hasty=True),
    B("redirect-to-a-name-that-is-none", FAILED, to("http://nowhere.invalid/"), ("dns",), resolves={"nowhere.invalid": ((),)}),
)

#: Spellings of an address that must not be reached, each asked for and redirected to.
_PRIVATE = {
    "loopback": "http://127.0.0.1:{canary}/",
    "loopback-by-name": "http://localhost:{canary}/",
    "loopback-by-name-with-a-dot": "http://localhost.:{canary}/",
    "loopback-by-name-in-circles": "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:{canary}/",
    "loopback-in-decimal": "http://2130706433:{canary}/",
    "loopback-in-hex": "http://0x7f000001:{canary}/",
    "loopback-in-hex-and-dots": "http://0x7f.0x0.0x0.0x1:{canary}/",
    "loopback-in-octal-of-one-part": "http://017700000001:{canary}/",
    "loopback-shortened": "http://127.1:{canary}/",
    "loopback-in-wide-digits": "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{canary}/",
    "loopback-with-wide-dots": "http://127\u30020\u30020\uff611:{canary}/",
    "another-loopback": "http://127.255.255.254:{canary}/",
    "nowhere": "http://0.0.0.0:{canary}/",
    "zero": "http://0:{canary}/",
    "loopback-6": "http://[::1]:{canary}/",
    "loopback-6-spelt-out": "http://[0000:0000:0000:0000:0000:0000:0000:0001]:{canary}/",
    "loopback-6-with-a-zone": "http://[::1%25lo]:{canary}/",
    "nowhere-6": "http://[::]:{canary}/",
    "mapped": "http://[::ffff:127.0.0.1]:{canary}/",
    "mapped-in-hex": "http://[::ffff:7f00:1]:{canary}/",
    "compatible": "http://[::127.0.0.1]:{canary}/",
    "translated": "http://[::ffff:0:127.0.0.1]:{canary}/",
    "nat64": "http://[64:ff9b::7f00:1]:{canary}/",
    "nat64-local": "http://[64:ff9b:1::7f00:1]:{canary}/",
    "6to4": "http://[2002:7f00:1::]:{canary}/",
    "teredo": "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{canary}/",
    "link-local-with-a-zone": "http://[fe80::1%25eth0]:{canary}/",
    "unique-local": "http://[fd00::1]:{canary}/",
    "metadata-of-a-cloud": "http://169.254.169.254/latest/meta-data/",
    "private-10": "http://10.0.0.1:{canary}/",
    "private-172": "http://172.31.255.255:{canary}/",
    "private-192": "http://192.168.0.1:{canary}/",
    "shared-by-a-carrier": "http://100.64.0.1:{canary}/",
    "broadcast": "http://255.255.255.255:{canary}/",
    "multicast": "http://224.0.0.1:{canary}/",
}

#: Addresses that say one thing to one reader and another to the next; each is refused for one reason or the other.
_AMBIGUOUS = {
    "octal-of-four-parts": ("http://0177.0.0.1:{canary}/", "not-a-url"),
    "credentials-that-are-a-host": ("http://127.0.0.1:{port}@127.0.0.1:{canary}/", "credentials"),
    "credentials-behind-a-backslash": ("http://127.0.0.1:{port}\\@127.0.0.1:{canary}/", "credentials"),
    "credentials-that-are-empty": ("http://@127.0.0.1:{canary}/", "credentials"),
    "two-ports": ("http://127.0.0.1:{port}:{canary}/", "not-a-url"),
    "a-host-in-percent": ("http://%31%32%37.0.0.1:{canary}/", "not-a-url"),
    "a-host-with-nul": ("http://127.0.0.1%00.example:{canary}/", "not-a-url"),
    "a-host-of-64-letters": ("http://" + "a" * 64 + ".example/", "not-a-url"),
    "a-host-with-empty-labels": ("http://a..example/", "not-a-url"),
    "a-bracket-that-is-not-closed": ("http://[::1:{canary}/", "not-a-url"),
    "an-address-in-number-257": ("http://257.0.0.1:{canary}/", "not-a-url"),
}


NAMES = (
    *(B(f"asked-for-{name}", REFUSED, {}, ("address",), where) for name, where in _PRIVATE.items()),
    *(B(f"sent-to-{name}", REFUSED, to(where.encode().decode("latin-1")), ("address",)) for name, where in _PRIVATE.items()),
    *(B(f"asked-for-{name}", REFUSED, {}, (problem,), where) for name, (where, problem) in _AMBIGUOUS.items()),
    *(B(f"sent-to-{name}", REFUSED, to(where), (problem,)) for name, (where, problem) in _AMBIGUOUS.items()),
    B("name-with-one-private-address-among-public", REFUSED, {}, ("address",), "http://two.example:{canary}/", resolves={"two.example": (("93.184.215.14", "127.0.0.1"),)}),
    B("name-that-is-mapped", REFUSED, {}, ("address",), "http://mapped.example:{canary}/", resolves={"mapped.example": (("::ffff:127.0.0.1",),)}),
    B("name-that-is-nat64", REFUSED, {}, ("address",), "http://nat.example:{canary}/", resolves={"nat.example": (("64:ff9b::a9fe:a9fe",),)}),
    B("name-that-is-link-local-with-a-zone", REFUSED, {}, ("address",), "http://zone.example:{canary}/", resolves={"zone.example": (("fe80::1%lo",),)}),
    B("name-without-an-address", FAILED, {}, ("dns",), "http://none.example:{canary}/", resolves={"none.example": ((),)}),
    B("name-that-moves-after-robots", REFUSED, (page(),), ("address",), "http://moving.example:{port}/page", resolves={"moving.example": (("127.0.0.1",), ("127.0.0.2",))}),
    B("name-that-moves-between-hops", REFUSED, to("http://moving.example:{port}/end"), ("address",), "http://moving.example:{port}/page", resolves={"moving.example": (("127.0.0.1",), ("127.0.0.1",), ("10.0.0.1",))}),
)
# fmt: on
