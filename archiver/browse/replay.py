"""The archived page in a browser: itself, in a sandbox; and a page of ours around it that says what was checked on this very view.

    /-/archiver/replay/CAPTURE_ID    answer       its bytes under headers of ours, none of its own
    /-/archiver/view/CAPTURE_ID      view         our page with the other in a frame
    page(holding, capture_id) -> Page             what our page is made from, for a server or (`rendered`) as a file that needs none

What keeps a page from doing anything, each enough for what it is there for:
- the policy: `sandbox` runs no script, follows no refresh, opens no window, sends no form; `default-src 'none'` loads nothing, and
  what stands in the page itself (styles, pictures in data: addresses) is all there is to load;
- the type is one of a short table: pages and four kinds of pictures as such, other text as plain text, all else as a download;
- tags that make a browser look up a name or connect to it beforehand, which no policy forbids it (seen in Chromium 156), are sent under
  the name of one that is parsed alike and does nothing (INERT): all else that they do the policy forbids anyway. Charsets in which
  their letters may be hidden are sent as UTF-8.
A link that is clicked leads out of a page that stands by itself. Within our page the frame does not follow it; a browser may have
connected to where it leads by then.

Does not own: what is read and checked (archived), which other captures there are (memento).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from html import escape
from urllib.parse import urlsplit

from archiver.browse import memento, render
from archiver.browse.archived import Archived, NotShown, read
from archiver.browse.web import Answer, Ask, Holding, Links
from archiver.errors import NotFound
from archiver.export.captures import word
from archiver.export.checks import placed
from archiver.export.timemap import Around, around, header, http_date
from archiver.fetch.charset import codec_of, parameter
from archiver.manifest import lookup
from archiver.model.capture import PROBLEMS, Payload
from archiver.model.citation import CitedCapture
from archiver.model.date import parse_rfc3339, rfc3339

#: What a page that was archived may load, in a <meta> as well.
CONTENT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
#: And what else it may not, in a header alone.
POLICY = f"sandbox; {CONTENT}; frame-ancestors 'self'"

#: What no page is given of the reader's machine, nor may report.
_DENIED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-network-access", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "sync-xhr", "usb", "xr-spatial-tracking",
)  # fmt: skip

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "unsafe-none",  # any other makes a sandboxed page an error (HTML, "create navigation params")
    "Cache-Control": "no-store",  # the bytes are checked on every view
}


class Manner(Enum):
    """How a payload can be shown."""

    PAGE = "page"
    PICTURE = "picture"
    TEXT = "text"
    FILE = "file"


_PAGES = frozenset(("text/html", "application/xhtml+xml"))
_PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_WRITTEN = re.compile(r"text/.+|application/(?:json|xml|javascript)|.+\+(?:xml|json)")
#: Of a file to download by its type: under which type it is sent, and how its name ends.
_FILES = {"application/pdf": ("application/pdf", "pdf"), "application/zip": ("application/octet-stream", "zip")}
_UNKNOWN = ("application/octet-stream", "bin")

#: Python's codecs by the names that browsers know them by, where they are others.
_LABELS = {
    "latin-1": "windows-1252", "cp874": "windows-874", "cp932": "shift_jis", "cp949": "euc-kr", "big5hkscs": "big5",
    "mac-roman": "macintosh", "mac-cyrillic": "x-mac-cyrillic",
    **{f"cp125{number}": f"windows-125{number}" for number in range(9)},
    **{f"iso8859-{number}": f"iso-8859-{number}" for number in range(2, 17)},
}  # fmt: skip
#: Charsets in which `<` may be other bytes than 3C, or what stands between two letters is not seen.
_VEILED = frozenset(("utf-16-le", "utf-16-be", "iso2022-jp"))

#: Tags that reach out without a policy's leave, and what they are sent as: <link> looks up names and connects; so does a frame
#: before it is refused what it asks for, and its `srcdoc` may hold links, veiled as any text is in an attribute.
INERT = {b"link": b"meta", b"frame": b"meta", b"iframe": b"noembed"}
_REACHING = re.compile(rb"<(/?)(link|i?frame)(?=[\s/>])", re.IGNORECASE)


def manner(payload: Payload) -> Manner:
    """How a payload is shown, by the type that it was read as."""
    kind = payload.media_type or ""
    if kind in _PAGES:
        return Manner.PAGE
    if kind in _PICTURES:
        return Manner.PICTURE
    return Manner.TEXT if _WRITTEN.fullmatch(kind) or not payload.content else Manner.FILE


def tame(payload: Payload) -> tuple[bytes, str]:
    """A page or a text as it is sent, and the label of the charset that it is in then. Of a page nothing is left that reaches out."""
    content, codec = payload.content, payload.charset or "utf-8"
    if codec in _VEILED:
        content, codec = content.decode(codec, "replace").removeprefix("\ufeff").encode(), "utf-8"
    if manner(payload) is Manner.PAGE:
        content = _REACHING.sub(lambda tag: b"<" + tag[1] + INERT[tag[2].lower()], content)
    return content, _label(payload, codec)


def _label(payload: Payload, codec: str) -> str:
    """What was declared where that is what it was read as: of two labels for one codec, one may mean right to left."""
    said = next((value for name, value in payload.headers if name.casefold() == "content-type"), None)
    declared = (parameter(said) or "").strip().lower()
    return declared if codec_of(declared) == codec != "latin-1" else _LABELS.get(codec, codec)


# ── the page itself ──


def answer(holding: Holding, ask: Ask, links: Links) -> Answer:
    """The archived page. Raises NotFound."""
    capture = _capture(holding, ask.parts["capture"])
    try:
        archived = read(holding, capture.capture_id)
    except NotShown as why:
        return render.error(links, why, why.status)
    body, media_type, more = _sent(archived.payload, capture)
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    return Answer(
        body,
        media_type,
        headers={
            **HEADERS,
            **more,
            **_memento(holding, ask, capture),
            "Content-Digest": digest,
            "Repr-Digest": digest,
        },
    )


def _sent(payload: Payload, capture: CitedCapture) -> tuple[bytes, str, dict[str, str]]:
    """The bytes, their type, and the headers that belong to it."""
    match manner(payload):
        case Manner.PAGE:
            body, label = tame(payload)
            return body, f"text/html; charset={label}", {}
        case Manner.TEXT:
            body, label = tame(payload)
            return body, f"text/plain; charset={label}", {}
        case Manner.PICTURE:
            return payload.content, payload.media_type or "", {}
        case Manner.FILE:
            media_type = _FILES.get(payload.media_type or "", _UNKNOWN)[0]
            named = f'attachment; filename="{filename(capture, payload)}"'
            return payload.content, media_type, {"Content-Disposition": named}


def filename(capture: CitedCapture, payload: Payload) -> str:
    """`20240304-gazette.example-ferry.pdf`: letters, digits, dots and hyphens; it never ends as the server would have it."""
    parts = urlsplit(memento.original(capture.url) or "")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", parts.path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or parts.path)
    host = re.sub(r"[^a-z0-9.-]+", "", parts.hostname or "")
    pieces = (re.sub(r"\D", "", capture.captured_at[:10]), host[:60].strip(".-"), stem[:60].strip("-"))
    return "-".join(piece for piece in pieces if piece) + "." + _FILES.get(payload.media_type or "", _UNKNOWN)[1]


def _memento(holding: Holding, ask: Ask, capture: CitedCapture) -> dict[str, str]:
    headers = {"Memento-Datetime": http_date(parse_rfc3339(capture.captured_at))}
    if (url := memento.original(capture.url)) is not None:
        headers["Link"] = header(url, memento.places(ask, url), _around(holding, ask, capture))
    return headers


def _around(holding: Holding, ask: Ask, capture: CitedCapture) -> Around:
    found = memento.captures(holding.connection, capture.url, ask)
    return around(found, capture.capture_id)


def _capture(holding: Holding, capture_id: str) -> CitedCapture:
    capture = lookup.capture(holding.connection, capture_id.lower())
    if capture is None:
        raise NotFound(f"there is no capture {capture_id}", advice="The front door finds what the archive holds.")
    return capture


# ── the page around it ──


@dataclass(frozen=True, slots=True)
class Told:
    """What was concluded of a capture's page: its document, and the title and language of that; None where there is none."""

    document_id: str | None = None
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What view.html shows. `found` is what was read and checked, or why the page is not shown. A frame has an address (`src`) or its text
    (`srcdoc`); what can have no frame is at `download`. `others` are captures to go to: what each is, when, and its address.
    """

    capture: CitedCapture
    told: Told
    found: Archived | NotShown
    problems: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str, str], ...]
    src: str | None = None
    srcdoc: str | None = None
    download: str | None = None

    @property
    def archived(self) -> Archived | None:
        """What is shown."""
        return self.found if isinstance(self.found, Archived) else None

    @property
    def refusal(self) -> NotShown | None:
        """Why nothing is."""
        return self.found if isinstance(self.found, NotShown) else None

    @property
    def manner(self) -> str:
        """How it is shown: `page`, `picture`, `text`, `file`; "" where it is not."""
        return manner(self.archived.payload).value if self.archived else ""

    @property
    def logged(self) -> str:
        """Where its statement stands in the log; "" where there is none."""
        return placed(self.capture.logged) if self.capture.logged else ""

    @property
    def unchecked(self) -> str:
        """What nobody has checked."""
        by = word(self.capture)
        return "who wrote the page, and whether what it says is true" + (
            f"; its address and time stand {by}" if by else ""
        )

    @property
    def tamed(self) -> bool:
        """Whether what is sent differs from what is archived."""
        return self.manner in ("page", "text") and self.archived is not None and (
            tame(self.archived.payload)[0] != self.archived.payload.content
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """All that our page around a capture is made from, wherever it is to stand."""

    capture: CitedCapture
    told: Told
    found: Archived | NotShown
    around: Around

    @property
    def manner(self) -> str | None:
        """How the archived page is shown (Manner); None where it is not."""
        return None if isinstance(self.found, NotShown) else manner(self.found.payload).value

    @property
    def file(self) -> tuple[str, bytes] | None:
        """What there is no frame for: how its name ends, and its bytes."""
        if isinstance(self.found, NotShown) or manner(self.found.payload) is not Manner.FILE:
            return None
        return f".{_FILES.get(self.found.payload.media_type or '', _UNKNOWN)[1]}", self.found.payload.content

    def seen(self, links: Links, *, embed: bool = False) -> Seen:
        """What it shows. `embed`: the frame holds the archived page's own text, as it must where nobody serves it."""
        ends = self.around
        ways = (("First", ends.first), ("Previous", ends.before), ("Next", ends.behind), ("Last", ends.last))
        others = tuple(
            (name, rfc3339(one.at), address)
            for name, one in ways
            if one is not None and one.capture_id != self.capture.capture_id and (address := links.view(one.capture_id))
        )
        # What is said of an error's status says that it is one.
        flags = [code for code in self.capture.problems if code != "http-error" or self.capture.http_status < 400]
        problems = tuple((code, render.meaning(code)) for code in flags if code in PROBLEMS)
        shown = Seen(self.capture, self.told, self.found, problems, others)
        if isinstance(self.found, NotShown):
            return shown
        address = links.replay(self.capture.capture_id)
        if manner(self.found.payload) is Manner.FILE:
            return replace(shown, download=address)
        return replace(shown, srcdoc=framed(self.found.payload)) if embed else replace(shown, src=address)

    def rendered(self, links: Links) -> bytes:
        """It as a file that needs no server, the archived page within it."""
        return render.page("view.html", links, seen=self.seen(links, embed=True))


def view(holding: Holding, ask: Ask, links: Links) -> Answer:
    """Our page around an archived one. Raises NotFound."""
    shown = page(holding, ask.parts["capture"], ask).seen(links)
    status = shown.refusal.status if shown.refusal else 200
    return Answer(render.page("view.html", links, seen=shown), status=status, headers={"Cache-Control": "no-store"})


def page(holding: Holding, capture_id: str, ask: Ask | None = None) -> Page:
    """Read and checked, or why it is not shown. `ask`: what asks for it, where something does. Raises NotFound."""
    capture = _capture(holding, capture_id)
    found: Archived | NotShown
    try:
        found = read(holding, capture.capture_id)
    except NotShown as why:
        found = why
    return Page(capture, _told(holding, capture), found, _around(holding, ask or Ask(""), capture))


def _told(holding: Holding, capture: CitedCapture) -> Told:
    """What was concluded of it. Of one that is withdrawn, only whose page it is."""
    row = holding.connection.execute(
        "select d.id, d.title, d.language from captures c join documents d on d.id = c.document_id where c.capture_id = ?",
        (capture.capture_id,),
    ).fetchone()
    if row is None:
        return Told()
    return Told(row[0]) if capture.withdrawn else Told(*row)


def framed(payload: Payload) -> str:
    """The text of a frame that shows a payload, under the same policy, which it has from nobody else there; "" for a file."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT}">'
    match manner(payload):
        case Manner.PAGE:
            body, label = tame(payload)
            return policy + body.decode(codec_of(label) or "utf-8", "replace")
        case Manner.TEXT:
            body, label = tame(payload)
            return f"{policy}<pre>{escape(body.decode(codec_of(label) or 'utf-8', 'replace'))}</pre>"
        case Manner.PICTURE:
            data = base64.b64encode(payload.content).decode()
            return f'{policy}<img alt="" src="data:{payload.media_type};base64,{data}">'
        case Manner.FILE:
            return ""
