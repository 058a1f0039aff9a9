"""What became of addresses, for people and for machines, and the exit code that it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archiver.cli import _output
from archiver.errors import Exit

if TYPE_CHECKING:
    from archiver.model.capture import Capture
    from archiver.model.citation import Json
    from archiver.pipeline import Result


def as_json(result: Result) -> dict[str, Json]:
    """One line of `capture --json`."""
    from archiver.model.date import rfc3339

    capture = result.capture
    final = capture.final if capture else None
    return {
        "url": result.url, "final_url": result.final_url, "outcome": result.outcome, "problems": list(result.problems),
        "http_status": final.status if final else None, "capture_id": capture.capture_id if capture else None,
        "captured_at": rfc3339(final.captured_at) if final else None, "sha256": final.payload.hex if final else None,
        "warc": final.record.warc if final else None, "offset": final.record.offset if final else None,
        "length": final.record.length if final else None, "revisit_of": capture.revisit_of if capture else None,
        "title": result.title, "message": result.message,
    }  # fmt: skip


def tell(result: Result) -> None:
    """A capture for a person: what it was, and where it lies; or what went wrong, on standard error."""
    if result.capture is None:
        _output.warn(f"{result.outcome}: {result.url}: {result.message}", result.advice)
        return
    final = result.capture.final
    name = {"captured": "green", "flagged": "yellow"}[result.outcome]
    _output.say(
        f"{_output.colour(result.outcome, name)}  {_output.colour(_output.title(result.title or '(no title)'), 'bold')}"
    )
    moved = f"  (asked for as {_output.show(result.url)})" if len(result.capture.exchanges) > 1 else ""
    _output.say(f"  {_output.show(final.url)}{moved}")
    _output.say(f"  {_came(result.capture)}")
    _output.say(f"  sha256 {final.payload.hex}")
    _output.say(f"  archive/{_output.show(final.record.warc)} at {final.record.offset}")
    if result.problems:
        _output.say(f"  {_output.show(', '.join(result.problems))}: {_output.show(result.message)}")
    elif result.message and not result.advice:
        _output.say(f"  {_output.prose(result.message)}")
    if result.advice:
        _output.warn(f"captured, and not read: {result.message}", result.advice)


def _came(capture: Capture) -> str:
    """What came over the wire."""
    final = capture.final
    if capture.unchanged:
        return f"unchanged (304): the server says that the {_output.size(final.payload_length)} of an earlier capture still hold"
    same = ", the same bytes as an earlier capture" if capture.revisit_of else ""
    return f"{final.status}, {_output.show(final.media_type or 'no media type')}, {_output.size(final.payload_length)}{same}"


def summary(results: list[Result]) -> str:
    """`13 addresses: 12 captured, 1 failed`."""
    counted = {
        outcome: sum(r.outcome == outcome for r in results) for outcome in ("captured", "flagged", "failed", "refused")
    }
    return f"{len(results)} addresses: " + ", ".join(
        f"{count} {outcome}" for outcome, count in counted.items() if count
    )


def exit_code(results: Sequence[Result]) -> Exit:
    """0 where all were captured and read; 3 where something was kept; else 7 where all was refused by policy, 4 otherwise."""
    if all(r.outcome == "captured" and not r.advice for r in results):
        return Exit.DONE
    if any(r.capture for r in results):
        return Exit.PARTLY
    refused = all(r.outcome == "refused" or "too-large" in r.problems for r in results)
    return Exit.REFUSED if refused else Exit.FAILED
