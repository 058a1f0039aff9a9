"""Reading manifests/watch.toml: its jobs as values, or every mistake in it at once, each with its place and what is likely meant.

    load(folder) -> jobs            or BadWatch                 checked(text) -> (jobs, mistakes)

[settings] of the same file is checked here too, by config, which owns it. What the keys mean is model.watch.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo
from pathlib import Path as File
from typing import TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo, available_timezones

from archiver import config
from archiver.errors import UsageError
from archiver.model import schedule
from archiver.model.cron import Cron
from archiver.model.cron import parse as parse_cron
from archiver.model.schedule import Every
from archiver.model.text import cut
from archiver.model.url import BadUrl, parse
from archiver.model.watch import DAILY, KEYS, OVERRIDES, Job, Key, Kind
from archiver.watch.places import Path, Place, Places

#: The largest file that is read, in bytes: some 100,000 addresses.
LARGEST = 16_000_000
#: The most mistakes that are listed, characters of one, and characters of a job's name.
MOST, _WORDS, _NAME = 100, 400, 100

#: What a key may hold once it is checked.
Value: TypeAlias = str | bool | float | timedelta | tzinfo | tuple[str, ...] | tuple[timedelta, ...]

_BY_NAME = {key.name: key for key in KEYS}
_SHARED = {key.name for key in KEYS if key.shared}
_TABLES = ("settings", "defaults", "job")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and where."""

    place: Place
    message: str

    def __str__(self) -> str:
        column = f", column {self.place.column}" if self.place.column > 1 else ""
        return f"line {self.place.line}{column}: {self.message}"


class BadWatch(UsageError):
    """The file has these mistakes."""

    def __init__(self, file: File, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(f"{file}, {mistake}" for mistake in mistakes), advice=ADVICE)
        self.file = file
        self.mistakes = mistakes


ADVICE = "Mend the file in any text editor; nothing was visited or changed. README has a table of every key."


def missing(folder: File) -> UsageError:
    """That there is no such file: it never was, or what it lies on is not there just now."""
    return UsageError(
        f"there is no watch list: {folder / config.WATCH} does not exist",
        advice="`archiver watch add URL` makes one. Where there was one before: is its disk mounted?",
    )


def unknown(file: File, name: str, jobs: Iterable[str]) -> UsageError:
    """That the file has no job of that name, what is likely meant, and which there are."""
    names = list(jobs)
    if "://" in name:
        meant = "; jobs are called by their names, not by addresses"
    else:
        meant = "".join(f"; is {near!r} meant?" for near in difflib.get_close_matches(name, names, 1))
    advice = f"The jobs are: {', '.join(names)}." if names else "`archiver watch add URL` makes one."
    return UsageError(f"{file} has no job of the name {name!r}{meant}", advice=cut(advice, _WORDS))


def load(folder: File) -> tuple[Job, ...]:
    """The jobs of an archive, none where it has no such file. Raises BadWatch."""
    file = folder / config.WATCH
    return loaded(file, text_of(file))


def loaded(file: File, text: str) -> tuple[Job, ...]:
    """The jobs that a text of this file names. Raises BadWatch."""
    jobs, mistakes = checked(text)
    if mistakes:
        raise BadWatch(file, mistakes)
    return jobs


def text_of(file: File) -> str:
    """The text of the file, its line ends as they are; "" where there is none. Raises UsageError or BadWatch."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except FileNotFoundError:
        return ""
    except OSError as why:
        raise UsageError(f"{file}: {why.strerror}", advice="It must be a file that can be read.") from why
    if len(data) > LARGEST:
        raise UsageError(f"{file} has more than {LARGEST // 1_000_000} MB", advice="Split it over several archives.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        before = data[: why.start].decode("utf-8", "replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise BadWatch(file, (Mistake(place, "not UTF-8; save the file with that encoding"),)) from why


def checked(text: str) -> tuple[tuple[Job, ...], tuple[Mistake, ...]]:
    """The jobs of a text that are right, and all its mistakes in the order of the text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        return (), (_syntax(text, str(why)),)
    except RecursionError:
        return (), (Mistake(Place(1, 1), "lists or tables stand in each other too deep to be read"),)
    reading = _Reading(Places(text))
    jobs = reading.jobs(data)
    found = sorted(reading.mistakes, key=lambda one: (one.place.line, one.place.column))
    if len(found) > MOST:
        rest = f"from here on {len(found) - MOST:,} further mistakes are not listed"
        found[MOST:] = [Mistake(found[MOST].place, rest)]
    return jobs, tuple(found)


def of_job(settings: config.Settings, job: Job, firm: frozenset[str]) -> config.Settings:
    """The settings that hold for a job. `firm`: those that the command line or the environment gives (config.firm)."""
    own = {name: getattr(job, name) for name in OVERRIDES if name not in firm}
    return replace(settings, **{name: value for name, value in own.items() if value is not None})


def _syntax(text: str, said: str) -> Mistake:
    """A mistake that tomllib found, and what its words leave open."""
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    lines = text.split("\n")
    place = Place(int(match[1]), int(match[2])) if match and match[1] else Place(len(lines), len(lines[-1]) + 1)
    what = said[: match.start()] if match else said
    return Mistake(
        place,
        f"this cannot be read ({what[:1].lower()}{what[1:]}): text stands in quotation marks, a list in [ ] with commas between",
    )


class _Reading:
    """One pass over the values of a file, which collects mistakes."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.mistakes: list[Mistake] = []

    def jobs(self, data: dict[str, object]) -> tuple[Job, ...]:
        """The jobs of the file."""
        self._top(data)
        settings, defaults, rows = (data.get(name) for name in _TABLES)
        for name, value in (self._table(settings, "settings") or {}).items():
            self._take(("settings", name), lambda name=name, value=value: config.setting(name, value))  # type: ignore[misc]  # read at once
        shared = self._values(self._table(defaults, "defaults") or {}, ("defaults",))
        if not isinstance(rows, list):
            if rows is not None:
                self._say(("job",), "a job begins with [[job]], in double brackets")
            rows = []
        self._twice(rows)
        made = [self._job(row, ("job", number), shared) for number, row in enumerate(rows)]
        return tuple(job for job in made if job is not None)

    def _twice(self, rows: list[object]) -> None:
        """Names that stand more than once."""
        lines: dict[str, int] = {}
        for number, row in enumerate(rows):
            name = row.get("name") if isinstance(row, dict) else None
            path = ("job", number, "name")
            if isinstance(name, str) and name.strip() in lines:
                self._say(path, f"name: the job of line {lines[name.strip()]} is called {name.strip()!r} too")
            elif isinstance(name, str):
                lines[name.strip()] = self._places.at(path).line

    def _say(self, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(self._places.at(path), cut(message, _WORDS)))

    def _take(self, path: Path, make: Callable[[], object]) -> object | None:
        """What a check makes of a value; where it refuses, None and a mistake."""
        try:
            return make()
        except (ValueError, UsageError) as why:
            name = next(part for part in reversed(path) if isinstance(part, str))
            self._say(path, str(why) if str(why).startswith(f"{name} ") else f"{name}: {why}")
            return None

    def _top(self, data: dict[str, object]) -> None:
        for name in data:
            if name in _BY_NAME and name not in _TABLES:
                self._say(
                    (name,), f"{name} stands outside of every table: move it below [defaults] or below its [[job]]"
                )
            elif name not in _TABLES:
                self._say((name,), _unknown(name, (*_TABLES, *_BY_NAME)))

    def _table(self, value: object, name: str) -> dict[str, object] | None:
        if value is None or isinstance(value, dict):
            return value
        self._say((name,), f"{name} must be a table: a line [{name}], and its keys in the lines below")
        return None

    def _values(self, row: dict[str, object], path: Path) -> dict[str, Value]:
        """The keys of one table, checked; those that are wrong left out."""
        found: dict[str, Value] = {}
        own = len(path) == 2
        for name, value in row.items():
            key = _BY_NAME.get(name)
            if key is None:
                self._say((*path, name), _unknown(name, _BY_NAME if own else _SHARED))
            elif not own and not key.shared:
                self._say((*path, name), f"{name} belongs in a [[job]], not in [defaults]")
            else:
                made = self._value(key, value, (*path, name))
                if made is not None:
                    found[name] = made
        if "every" in row and "cron" in row:
            later = max(("every", "cron"), key=lambda name: self._places.at((*path, name)).line)
            self._say((*path, later), "every and cron together: a job has one of the two")
        return found

    def _value(self, key: Key, value: object, path: Path) -> Value | None:
        """One value, as its kind wants it."""
        many = _LISTS.get(key.kind)
        if many is not None:
            if not isinstance(value, list):
                hint = f'; write {key.name} = ["{value}"]' if isinstance(value, str) and len(value) < 200 else ""
                self._say(path, f"{key.name} must be {key.kind}{hint}")
                return None
            made = [self._take((*path, n), lambda one=one: many(_text(one, key))) for n, one in enumerate(value)]  # type: ignore[misc]  # as above
            return tuple(dict.fromkeys(one for one in made if one is not None))  # type: ignore[return-value]  # of one kind
        one = _SINGLES[key.kind]
        return self._take(path, lambda: one(value, key))  # type: ignore[return-value]  # what the kind's check makes

    def _job(self, row: object, path: Path, shared: dict[str, Value]) -> Job | None:
        if not isinstance(row, dict):
            self._say(path, "a job begins with [[job]], and its keys stand in the lines below")
            return None
        before = len(self.mistakes)
        own = self._values(row, path)
        for name, message in _amiss(row):
            self._say((*path, name) if name else path, message)
        if len(self.mistakes) > before:
            return None
        if "every" in own or "cron" in own:  # the job's own rhythm is in the place of the shared one, whichever that is
            shared = {name: value for name, value in shared.items() if name not in ("every", "cron")}
        values = shared | own
        rhythm = _rhythm(values)
        if "timezone" in own and not isinstance(rhythm, Cron):
            self._say((*path, "timezone"), "timezone is for a cron line, and this job has none")
            return None
        rest = {name: value for name, value in values.items() if name not in ("every", "cron", "timezone", "recapture")}
        ages = values.get("recapture", ())
        return Job(rhythm=rhythm, recapture=tuple(sorted(ages)), **rest)  # type: ignore[arg-type]  # checked by kind


def _rhythm(values: dict[str, Value]) -> Every | Cron:
    every, cron, zone = values.get("every"), values.get("cron"), values.get("timezone", UTC)
    if isinstance(cron, str) and isinstance(zone, tzinfo):
        return parse_cron(cron, zone)
    return Every(every) if isinstance(every, timedelta) else DAILY


def _amiss(row: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What is wrong with a job as a whole: the key to point at, "" for the job itself, and the words."""
    if "name" not in row:
        yield "", 'this job has no name: add a line such as name = "my-job"'
    listings = [name for name in ("feeds", "sitemaps") if row.get(name)]
    if not listings and not row.get("urls"):
        yield "", "this job has nothing to visit: add urls, feeds or sitemaps"
    for name in ("match", "revisit"):
        if name in row and not listings:
            yield name, f"{name} is for pages that feeds or sitemaps name, and this job has neither"


def _unknown(name: str, known: dict[str, Key] | set[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name[:80].casefold(), known, 1)
    return f"{name} is not known; " + (f"is {near[0]} meant?" if near else f"known are: {', '.join(known)}")


def _text(value: object, key: Key) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{key.name} must be {key.kind}, each in quotation marks, not {value!r}")


def _string(value: object, key: Key) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{key.name} must be {key.kind}, in quotation marks, not {value!r}")


def _words(value: object, key: Key) -> str:
    text = _string(value, key).strip()
    if key.name == "name" and (not text or len(text) > _NAME or "://" in text or not text.isprintable()):
        raise ValueError(f"name must be 1 to {_NAME} characters on one line, and no address")
    return text


def address(text: str) -> str:
    """An address as it is requested. Raises ValueError, which says what is likely meant."""
    try:
        return parse(text)
    except BadUrl as why:
        bare = len(text) < 200 and re.match(r"[\w-]+(\.[\w-]+)+(/|\Z)", text)
        near = f"; is https://{text} meant?" if bare else ""
        raise ValueError(f"{why}{near}") from why


def _pattern(text: str) -> str:
    """A pattern as addresses are spelled: host in lower case, what is not ASCII encoded."""
    text = text.strip()
    if not text.startswith(("/", "*", "http://", "https://")):
        raise ValueError(
            f"{text[:80]!r} fits no address: a pattern begins with http://, https://, / or *; is '*{text[:80]}*' meant?"
        )
    if text.startswith("http"):
        scheme, _, rest = text.partition("://")
        host, slash, tail = rest.partition("/")
        if not host.isascii():
            raise ValueError(f"the host of {text[:80]!r} must be written in A-labels (xn--…)")
        text = f"{scheme}://{host.lower()}{slash}{tail}"
    return quote(text, safe="/:@!$&'()*+,;=-._~%|[]?")


def _zone(value: object, key: Key) -> tzinfo:
    name = _string(value, key)[:80]
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ValueError, OSError, LookupError) as why:
        near = difflib.get_close_matches(name, available_timezones(), 1) or [
            zone for zone in available_timezones() if zone.casefold().endswith("/" + name.casefold().replace(" ", "_"))
        ]
        raise ValueError(
            f"{name!r} is no time zone that this machine knows" + (f"; is {near[0]!r} meant?" if near else "")
        ) from why


def _cron(value: object, key: Key) -> str:
    return parse_cron(_string(value, key)).text


def _flag(value: object, key: Key) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"{key.name} must be true or false, without quotation marks, not {value!r}")


def _of_settings(value: object, key: Key) -> Value:
    return config.setting(key.name, value)  # type: ignore[return-value]  # a setting is text, a number or a flag


def _length(value: object, key: Key) -> timedelta:
    return schedule.length(_string(value, key))


#: How a value of each kind is checked and made: of a list each, of others the whole.
_LISTS: dict[Kind, Callable[[str], str | timedelta]] = {
    Kind.ADDRESSES: address, Kind.PATTERNS: _pattern, Kind.LENGTHS: schedule.length,
}  # fmt: skip
_SINGLES: dict[Kind, Callable[[object, Key], Value]] = {
    Kind.TEXT: _words, Kind.ADDRESS: lambda value, key: address(_string(value, key)), Kind.LENGTH: _length, Kind.CRON: _cron,
    Kind.ZONE: _zone, Kind.FLAG: _flag, Kind.SETTING: _of_settings,
}  # fmt: skip
