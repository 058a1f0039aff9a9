"""What an address is to whoever asks for it: there, gone, barred, down or refused; told from what came of asking. Pure.

    state_of(problems, status, asked, final) -> State

Decided by the first of these that applies; the table of codes is below:
1. Nothing was kept: refused by our own rules; else down, or barred where asking again changes nothing.
2. Something stands in the page's place that keeps us from it (a bot check, a login, a consent page): barred.
3. The status is an error: gone (404, 410, 451), down (429, 5xx and their like), else barred.
4. The answer says that the page is no more: gone. So does an article's address that leads to a front page.
5. The answer is empty or broken off: down.
6. There.

Whether a state changed, and who is told, is the run's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from archiver.model.url import is_home


class State(StrEnum):
    """What an address is to whoever asks for it."""

    THERE = "there"
    GONE = "gone"
    BARRED = "barred"
    DOWN = "down"
    REFUSED = "refused"

    @property
    def answers(self) -> bool:
        """Whether the address answered for itself, if only that the page is gone; what did not is asked again soon."""
        return self in (State.THERE, State.GONE)


_T, _G, _B, _D, _R = State.THERE, State.GONE, State.BARRED, State.DOWN, State.REFUSED

#: What each problem code says of an address; a code that is not here says nothing about that.
BY_CODE: Mapping[str, State] = MappingProxyType(
    {
        **dict.fromkeys(("robots", "address", "scheme", "credentials", "not-a-url"), _R),
        **dict.fromkeys(("dns", "connect", "timeout", "protocol", "tls-invalid"), _D),
        **dict.fromkeys(("too-large", "challenge", "consent", "login", "not-a-listing"), _B),
        "soft-404": _G,
        **dict.fromkeys(("empty", "truncated"), _D),
    }
)

#: What a status of 400 and above says, where it does not say that something bars the way.
BY_STATUS: Mapping[int, State] = MappingProxyType(
    {**dict.fromkeys((404, 410, 451), _G), **dict.fromkeys((408, 425, 429), _D)}
)


def state_of(problems: tuple[str, ...], status: int | None, asked: str, final: str | None) -> State:
    """What came of asking for `asked`: the problem codes, the status of the answer at `final` (None: nothing was kept)."""
    said = {BY_CODE[code] for code in problems if code in BY_CODE}
    if status is None:  # rule 1
        return next((state for state in (_R, _B) if state in said), _D)
    if _B in said:  # rule 2
        return _B
    if status >= 400:  # rule 3
        return BY_STATUS.get(status, _D if status >= 500 else _B)
    if _G in said or leads_home(asked, final):  # rule 4
        return _G
    return _D if _D in said else _T  # rules 5 and 6


def leads_home(asked: str, final: str | None) -> bool:
    """Whether an address that was none of a front page has led to one."""
    return final is not None and is_home(final) and not is_home(asked)
