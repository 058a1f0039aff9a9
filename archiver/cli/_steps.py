"""The steps of a trace, for people and for machines, and the exit code that they come to. Shared by trace and capture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from archiver.cli import _output
from archiver.errors import Exit

if TYPE_CHECKING:
    from archiver.trace import Step

_COLOURS = {"captured": "green", "archived": "green", "flagged": "yellow", "second-hand": "yellow"}

#: How a listing is called that named an address.
PLACES = {"feed": "the feed", "sitemap": "the sitemap", "listing": "the page", "timemap": "the TimeMap"}


def tell(step: Step) -> None:
    """One step: what it was, where, why, how it was found; what was not to be had goes to standard error."""
    what = step.url or step.publisher or "a publisher that is not named"
    if not step.had:
        _output.warn(f"{step.outcome}: {what}: {step.message} ({step.why})", step.advice)
        return
    title = _output.colour(_output.title(step.title or "(no title)"), "bold")
    word = "second-hand" if step.second_hand else step.outcome
    _output.say(f"{_output.colour(word, _COLOURS[word])}  {title}")
    _output.say(f"  {_output.show(what)}")
    found = f"; found by {PLACES[step.found_by]} {_output.show(step.place)}" if step.place else ""
    _output.say(f"  {_output.prose(step.why)}{found}")
    capture = step.result.capture if step.result else None
    if capture is not None and capture.copy_of is not None:
        _output.say(f"  {_output.show(capture.source_note)}: {_output.show(capture.final.url)}")
    if step.result is not None and step.result.problems:
        _output.say(f"  {', '.join(step.result.problems)}: {_output.show(step.message)}")


def run(steps: Iterable[Step], json: bool, done: list[Step]) -> None:
    """Show steps as they happen, and put them into `done`."""
    for step in steps:
        done.append(step)
        if json:
            _output.emit(step.as_json())
        else:
            tell(step)


def exit_code(steps: Sequence[Step]) -> Exit:
    """0 where all that is named is there; 3 where some of it is not, or flagged; 4 or 7 where the page itself is not."""
    last = {step.url or step.publisher: step for step in steps}  # what a later step mended is mended
    page = next((step for step in last.values() if step.depth == 0), None)
    if page is not None and not page.had:
        first = next(step for step in steps if step.depth == 0)
        return Exit.REFUSED if first.outcome == "refused" else Exit.FAILED
    whole = all(step.had and step.outcome in ("captured", "archived") for step in last.values())
    return Exit.DONE if whole else Exit.PARTLY
