"""Misbehaviour when asked whether a page has changed since it was captured. A row is what comes first, and what comes then."""

from __future__ import annotations

from tests.fetch.server import FOREVER, Repeat, Script, Step, answer, redirect
from tests.hostile.behaviour import BODY, CAPTURED, CHUNKED, FLAGGED, HTML, LENGTH, Behaviour, chunks, page, with_body

B = Behaviour
EMPTY, ERROR = ("empty",), ("http-error",)
TAG, LONG_AGO, LATER = '"v1"', "Thu, 01 Feb 2024 08:00:00 GMT", "Fri, 02 Feb 2024 08:00:00 GMT"
SAME = "304 Not Modified"


def same(head: str = "", body: bytes = b"") -> bytes:
    """A 304 with these header lines, and with a body where it must have none."""
    return with_body(head, body, SAME)


def then(second: bytes, *more: Step, first: bytes = page(ETag=TAG)) -> Script:
    """The first answer to whoever asks plainly, the second to whoever asks for what has changed."""
    return (lambda asked: second if b"\r\nIf-" in asked else first, *more)


# fmt: off
IF_CHANGED = (
    B("unchanged", CAPTURED, then(same(f"ETag: {TAG}")), again=True),
    B("unchanged-and-no-word-more", CAPTURED, then(same()), again=True),
    B("unchanged-weakly", CAPTURED, then(same(f"ETag: W/{TAG}")), again=True),
    B("unchanged-by-its-date", CAPTURED, then(same(f"Last-Modified: {LONG_AGO}"), first=page(Last_Modified=LONG_AGO)), again=True),
    B("unchanged-behind-a-redirect", CAPTURED, {"/page": redirect("/end"), "/end": then(same(f"ETag: {TAG}"))}, again=True),
    B("unchanged-with-a-length", CAPTURED, then(same(f"Content-Length: {LENGTH}")), again=True),
    B("unchanged-with-a-body", CAPTURED, then(same(f"Content-Length: {LENGTH}", BODY)), again=True),
    B("unchanged-with-chunks", CAPTURED, then(same(CHUNKED, chunks(BODY))), again=True),
    B("unchanged-without-end", CAPTURED, then(same(), Repeat(b"x" * 9999, FOREVER), first=page(ETag=TAG)), again=True),
    B("unchanged-by-another-name", FLAGGED, then(same('ETag: "v2"')), EMPTY, again=True),
    B("unchanged-by-two-names", FLAGGED, then(same(f'ETag: {TAG}\nETag: "v2"')), EMPTY, again=True),
    B("unchanged-by-a-name-without-quotes", FLAGGED, then(same("ETag: v1")), EMPTY, again=True),
    B("unchanged-by-a-later-date", FLAGGED, then(same(f"Last-Modified: {LATER}"), first=page(Last_Modified=LONG_AGO)), EMPTY, again=True),
    B("unchanged-though-nobody-asked", FLAGGED, (same(f"ETag: {TAG}"),), EMPTY),
    B("changed", CAPTURED, then(page(ETag='"v2"').replace(b"Tuesday", b"Thursday").replace(b": %d" % LENGTH, b": %d" % (LENGTH + 1))), again=True),
    B("changed-in-its-name-alone", CAPTURED, then(page(ETag='"v2"')), again=True),
    B("the-same-and-sent-in-full", CAPTURED, then(page(ETag=TAG)), again=True),
    B("a-condition-that-fails", FLAGGED, then(answer(BODY, "412 Precondition Failed", Content_Type="text/html")), ERROR, again=True),
    B("a-condition-that-is-no-request", FLAGGED, then(answer(BODY, "400 Bad Request", Content_Type="text/html")), ERROR, again=True),
    B("a-part-for-a-condition", FLAGGED, then(with_body(HTML + f"Content-Length: 91\nContent-Range: bytes 9-99/{LENGTH}", BODY[9:100], "206 Partial Content")), ("truncated",), again=True),
)

#: Validators that are not sent back: whoever does gets an error.
_NOT_SENT = {
    "without-quotes": "v1", "with-a-space": '"v 1"', "with-a-quote": '"v"1"', "with-a-list": '"v1", "v2"', "that-means-any": "*",
    "of-nothing": '""', "of-9000-letters": '"' + "v" * 9000 + '"', "in-latin-1": '"\xe9"', "with-escapes": '"\x1b[31m"', "in-lower-case": 'w/"v1"',
}
IF_CHANGED += (
    *(B(f"validator-{name}", CAPTURED, then(answer(status="503 No"), first=page(ETag=tag)), again=True) for name, tag in _NOT_SENT.items()),
    B("validator-twice", CAPTURED, then(answer(status="503 No"), first=with_body(f'{HTML}Content-Length: {LENGTH}\nETag: "v1"\nETag: "v2"')), again=True),
    *(
        B(f"validator-of-a-day-{name}", CAPTURED, then(answer(status="503 No"), first=page(Last_Modified=day)), again=True)
        for name, day in {
            "to-come": "Fri, 01 Jan 2100 08:00:00 GMT", "that-is-none": "Thu, 31 Feb 2024 08:00:00 GMT", "of-another-week": "Fri, 01 Feb 2024 08:00:00 GMT",
            "in-another-form": "Thursday, 01-Feb-24 08:00:00 GMT", "of-another-zone": "Thu, 01 Feb 2024 08:00:00 +0100", "of-the-year-0": "Thu, 01 Feb 0000 08:00:00 GMT",
        }.items()
    ),
)
# fmt: on
