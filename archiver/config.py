"""Settings, and where the archive is: the only module that reads the environment and settings files.

    flag  >  ARCHIVER_* in the environment  >  [settings] in manifests/watch.toml  >  the user's config.toml  >  default

A misspelt key or a value of the wrong kind is a UsageError that names the file and the place. What the settings *do* is
decided where they are used; each name carries its unit. The jobs that stand beside them in watch.toml are archiver.watch's.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from archiver._version import __version__
from archiver.errors import UsageError
from archiver.manifest.opening import MANIFEST

if TYPE_CHECKING:
    from archiver.model.agent import Publisher
    from archiver.model.capture import Limits

WATCH = Path("manifests/watch.toml")
PUBLISHERS = Path("manifests/publishers.toml")

#: Where a webmaster can read what this is, where the operator has given no contact of their own.
PROJECT = "https://pypi.org/project/source-archiver/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run is told. Seconds and megabytes (10^6 bytes) as the names say."""

    contact: str = ""
    operator: str = ""
    delay_seconds: float = 1.0
    total_seconds: float = 60.0
    idle_seconds: float = 20.0
    connect_seconds: float = 10.0
    max_megabytes: float = 64.0
    obey_robots: bool = True
    #: The file of the key that the log's checkpoints are signed with; "" for the one in the user's config folder.
    key: str = ""
    #: Who else is to see the log's checkpoints: timestamp authorities (RFC 3161), with the PEM file of those that are trusted; witnesses,
    #: each `VKEY URL`; the folder that checkpoints are published in. A run asks those that last saw one so many hours ago.
    timestamp_authorities: tuple[str, ...] = ()
    timestamp_ca: str = ""
    witnesses: tuple[str, ...] = ()
    publish: str = ""
    anchor_hours: float = 24.0
    #: Where public archives list their copies of an address, `{url}`; asked in this order where a source is gone.
    timemaps: tuple[str, ...] = ("https://web.archive.org/web/timemap/link/{url}",)

    def __post_init__(self) -> None:
        for name in (
            "delay_seconds",
            "total_seconds",
            "idle_seconds",
            "connect_seconds",
            "max_megabytes",
            "anchor_hours",
        ):
            value, from_zero = getattr(self, name), name in ("delay_seconds", "anchor_hours")
            if not (0 < value < math.inf or (value == 0 and from_zero)):
                least = "zero or more" if from_zero else "more than zero"
                raise ValueError(f"{name} must be {least} and finite, not {value}")
        if not all(32 <= ord(char) < 127 for char in self.contact):
            raise ValueError("contact must be plain ASCII: it is sent in a header")
        for one in self.timestamp_authorities:
            if not one.startswith(("http://", "https://")):
                raise ValueError(f"timestamp_authorities must be addresses of the web, not {one!r}")
        for one in self.timemaps:
            if "{url}" not in one or not one.startswith(("http://", "https://")):
                raise ValueError(f"timemaps must be addresses that hold {{url}}, not {one!r}")

    @property
    def user_agent(self) -> str:
        """Who asks, and how to reach them: `archiver/0.1.0 (+mailto:desk@example.org)`."""
        contact = self.contact or PROJECT
        return f"archiver/{__version__} (+{f'mailto:{contact}' if '@' in contact and ':' not in contact else contact})"

    @property
    def limits(self) -> Limits:
        """The limits of one capture."""
        from archiver.model.capture import Limits  # noqa: PLC0415 - a look-up loads this module, and nothing of that

        return Limits(
            total_seconds=self.total_seconds, idle_seconds=self.idle_seconds, connect_seconds=self.connect_seconds,
            max_wire_bytes=int(self.max_megabytes * 1_000_000),
        )  # fmt: skip


def find_archive(flag: Path | None, environ: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Path:
    """The archive's folder: the flag, else ARCHIVER_HOME, else the nearest folder upward that is one, else the current one."""
    named = flag or Path(environ.get("ARCHIVER_HOME") or "")
    if named != Path():
        try:
            return named.expanduser()
        except RuntimeError as why:
            raise UsageError(f"{named} names no folder: {why}") from why
    here = (cwd or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if is_archive(folder)), here)


def is_archive(folder: Path) -> bool:
    """A folder is an archive when it has a manifest or a WARC file in archive/."""
    return (folder / MANIFEST).is_file() or next((folder / "archive").glob("*.warc.gz"), None) is not None


def load(folder: Path, flags: Mapping[str, object | None], environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a run in this archive. `flags` holds what was given on the command line, None for what was not.

    Raises UsageError, naming the file or variable and what is wrong with it.
    """
    values: dict[str, object] = {}
    for path in (_user_file(environ), folder / WATCH):
        if path.is_file():
            found = _table(_toml(path).get("settings", {}), f"{path}: settings")
            if "key" in found and path == folder / WATCH:
                raise UsageError(
                    f"{path}: settings.key: which key signs is not for the archive to say, since it may be somebody else's",
                    advice="Say it in your own config.toml, or by ARCHIVER_KEY.",
                )
            values |= _checked(found, f"{path}: settings.")
    named = {f"ARCHIVER_{field.name.upper()}": field.name for field in fields(Settings)}
    for variable, name in named.items():
        if variable in environ:
            values |= _checked({name: _from_text(environ[variable], name)}, f"{variable}: ")
    values |= _checked({name: value for name, value in flags.items() if value is not None}, "the command line: ")
    try:
        return Settings(**values)  # type: ignore[arg-type]  # each value's kind was checked against its field above
    except ValueError as why:
        raise UsageError(f"the settings do not go together: {why}", advice=_ADVICE) from why


def setting(name: str, value: object) -> object:
    """The value of one setting, its kind and range checked as those of a file are. Raises UsageError."""
    values = _checked({name: value}, "")
    try:
        Settings(**values)  # type: ignore[arg-type]  # as in load
    except ValueError as why:
        raise UsageError(str(why), advice=_ADVICE) from why
    return values[name]


def firm(flags: Mapping[str, object | None], environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The settings that the command line or the environment gives, and that no file has a say in."""
    names = {field.name for field in fields(Settings)}
    return frozenset(name for name in names if flags.get(name) is not None or f"ARCHIVER_{name.upper()}" in environ)


def allowed_addresses(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The entries of ARCHIVER_ALLOW, `IP:PORT` each, as written."""
    return tuple(entry.strip() for entry in environ.get("ARCHIVER_ALLOW", "").split(",") if entry.strip())


def key_path(settings: Settings) -> Path:
    """Where the key is that checkpoints are signed with: `key`, else `key.pem` in the user's config folder. Raises UsageError."""
    try:
        return Path(settings.key).expanduser() if settings.key else _user_folder() / "key.pem"
    except RuntimeError as why:
        raise UsageError(f"{settings.key} names no file: {why}") from why


def publishers(folder: Path) -> tuple[Publisher, ...]:
    """What the operator knows of publishers, from publishers.toml. Raises UsageError."""
    path = folder / PUBLISHERS
    if not path.is_file():
        return ()
    rows = _toml(path).get("publisher", [])
    if not isinstance(rows, list):
        raise UsageError(f"{path}: publisher must be a list of tables, each begun by [[publisher]]")
    return tuple(
        _publisher(_table(row, f"{path}: publisher {n}"), f"{path}: publisher {n}") for n, row in enumerate(rows, 1)
    )


def _publisher(row: dict[str, object], place: str) -> Publisher:
    from archiver.model.agent import Publisher  # noqa: PLC0415 - the same

    allowed = {field.name for field in fields(Publisher)}
    for name, value in row.items():
        if name not in allowed:
            raise _unknown(name, allowed, f"{place}: ")
        if name in ("aliases", "hosts"):
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise UsageError(f"{place}: {name} must be a list of strings")
            row[name] = tuple(value)
        elif not isinstance(value, str):
            raise UsageError(f"{place}: {name} must be a string")
    if not row.get("name"):
        raise UsageError(f"{place}: it has no name")
    return Publisher(**{"source": str(PUBLISHERS), **row})  # type: ignore[arg-type]  # checked above


def _user_file(environ: Mapping[str, str]) -> Path:
    override = environ.get("ARCHIVER_CONFIG")
    return Path(override) if override else _user_folder() / "config.toml"


def _user_folder() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415 - only where settings are loaded, not at every look-up

    return user_config_path("archiver")


def _toml(path: Path) -> dict[str, object]:
    import tomllib  # noqa: PLC0415 - the same

    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as why:
        raise UsageError(
            f"{path}: {why}", advice="Mend the file, or move it away: every key in it is optional."
        ) from why


def _table(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UsageError(f"{place} must be a table")
    return dict(value)


def _checked(values: dict[str, object], place: str) -> dict[str, object]:
    """The values with their kinds checked against the fields of Settings. Raises UsageError naming the place."""
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in values.items():
        kind = kinds.get(name)
        if kind is None:
            raise _unknown(name, set(kinds), place)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            values[name] = float(value)
        elif kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
            values[name] = tuple(value)
        elif type(value) is not kind:
            raise UsageError(f"{place}{name} must be {_KINDS[kind]}, not {value!r}", advice=_ADVICE)
    return values


def _from_text(text: str, name: str) -> object:
    """A value as the environment gives it; what cannot be converted stays text, for _checked to complain of."""
    default = next(field.default for field in fields(Settings) if field.name == name)
    if isinstance(default, bool):
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            text.casefold(), text
        )
    if isinstance(default, float):
        try:
            return float(text)
        except ValueError:
            return text
    if isinstance(default, tuple):
        return tuple(entry.strip() for entry in text.split(",") if entry.strip())
    return text


def _unknown(name: str, known: set[str], place: str) -> UsageError:
    import difflib  # noqa: PLC0415 - for a mistake alone

    near = difflib.get_close_matches(name, known, 1)
    return UsageError(
        f"{place}{name} is not known" + (f"; is {near[0]} meant?" if near else ""),
        advice=f"Known are: {', '.join(sorted(known))}.",
    )


_KINDS: dict[type, str] = {str: "a string", float: "a number", bool: "true or false", tuple: "a list of strings"}
_ADVICE = "README lists the settings, with their units and defaults."
