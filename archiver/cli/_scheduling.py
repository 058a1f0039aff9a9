"""What a person asked of `archiver schedule`, as the value that the makers of files take; where files go, and putting them there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import _output
from archiver.errors import Unwritable, UsageError

if TYPE_CHECKING:
    from archiver.timers.plan import Call, File, Step

JobsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[JOB]...", help="Jobs of the watch list; all where none is named.")
]
SystemdFlag = Annotated[bool, typer.Option("--systemd", help="A service and a timer for systemd.")]
CronFlag = Annotated[bool, typer.Option("--cron", help="A line for the table of cron.")]
GithubFlag = Annotated[bool, typer.Option("--github", help="A workflow for GitHub Actions.")]
K8sFlag = Annotated[bool, typer.Option("--k8s", help="A CronJob for Kubernetes.")]
LaunchdFlag = Annotated[bool, typer.Option("--launchd", help="An agent for launchd, of macOS.")]
UserFlag = Annotated[
    bool, typer.Option("--user", help="With --systemd: of its user, not of the machine; with fewer walls.")
]
RunAsOption = Annotated[
    str, typer.Option(metavar="USER", show_default=False, help="With --systemd. Else who the archive belongs to.")
]
ImageOption = Annotated[
    str, typer.Option(metavar="IMAGE", show_default=False, help="With --k8s: the container's image.")
]
ToOption = Annotated[
    Path | None,
    typer.Option(
        "--to", metavar="DIR", show_default=False,
        help="Where files go; of a repository, its folder. Else where the scheduler looks, or the current folder.",
    ),
]  # fmt: skip
ForceFlag = Annotated[bool, typer.Option("--force", help="Write over what is there and differs.")]
NameOption = Annotated[
    str, typer.Option(metavar="NAME", show_default=False, help="Of the timer. Else after the archive's folder.")
]
EveryOption = Annotated[
    str, typer.Option(metavar="TIME", show_default=False, help="How often to call. Else as the watch list needs it.")
]
MaxTimeOption = Annotated[
    str, typer.Option(metavar="TIME", show_default=False, help="Of one run. Else a bit less than --every.")
]
PingOption = Annotated[str, typer.Option(metavar="URL", show_default=False, help="As `archiver run --ping`.")]
MetricsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", show_default=False, help="As `archiver run --metrics`.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options, as they were given."""

    systems: dict[str, bool]
    archive: Path | None
    jobs: tuple[str, ...]
    to: Path | None
    user: bool
    run_as: str
    image: str
    name: str
    every: str
    max_time: str
    ping: str
    metrics: Path | None


@dataclass(frozen=True, slots=True)
class Made:
    """The files of one scheduler, the folder that they go to, and what to do then."""

    folder: Path
    files: tuple[File, ...]
    steps: tuple[Step, ...]


def made(asked: Asked) -> Made:
    """The files that were asked for. Raises UsageError for what does not go together, and ends where the watch list has mistakes."""
    system = _system(asked)
    archive = _archive(asked.archive)
    return _MAKERS[system](_call(asked, archive, system), archive, asked)


def refuse_idle(asked: Asked) -> None:
    """Raise UsageError for an option that was given and says nothing where no scheduler is named."""
    for option in ("to", "user", "run_as", "image", "name", "every", "max_time", "ping", "metrics"):
        if getattr(asked, option):
            raise UsageError(
                f"--{option.replace('_', '-')} goes with a scheduler, and none is named",
                advice=f"Give one of {' '.join(_MAKERS)}.",
            )


def put(made: Made, *, force: bool) -> dict[Path, bool]:
    """Write the files; of each, whether it was written or is as it should be. Raises UsageError where one is there that differs."""
    there = {made.folder / file.name: file.text.encode() for file in made.files}
    try:
        changed = {path: not path.exists() or path.read_bytes() != text for path, text in there.items()}
        for path in there:
            if changed[path] and path.exists() and not force:
                raise UsageError(
                    f"{path} is there already and differs; nothing was written",
                    advice="`archiver schedule show` prints what would be written; --force writes over it, --name gives the timer another name.",
                )
        for path, text in there.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if changed[path]:
                path.write_bytes(text)
    except OSError as why:
        raise Unwritable(
            f"{why.filename or made.folder} cannot be written: {why.strerror}",
            advice="Name another folder with --to DIR, or be somebody who may write there.",
        ) from why
    return changed


def _system(asked: Asked) -> str:
    """The one that was asked for."""
    chosen = [flag for flag, given in asked.systems.items() if given]
    if len(chosen) != 1:
        raise UsageError(
            "no scheduler is named" if not chosen else f"these are {len(chosen)} schedulers: {' '.join(chosen)}",
            advice=f"Give one of {' '.join(_MAKERS)}.",
        )
    for option, given, flag in (
        ("--user", asked.user, "--systemd"), ("--run-as", asked.run_as, "--systemd"), ("--image", asked.image, "--k8s"),
    ):  # fmt: skip
        if given and chosen != [flag]:
            raise UsageError(f"{option} goes with {flag} alone", advice=f"Leave it out with {chosen[0]}.")
    if asked.run_as and asked.user:
        raise UsageError("--run-as does not go with --user", advice="A user's own service runs as that user.")
    return chosen[0]


def _archive(flag: Path | None) -> Path:
    from archiver.config import find_archive

    folder = find_archive(flag).resolve()
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}", advice=f"`archiver watch add URL --archive {folder}` makes one."
        )
    return folder


def _call(asked: Asked, archive: Path, system: str) -> Call:
    """What is to be called. The watch list says how often, where the person does not."""
    from archiver.cli._running import chosen, pinged, written
    from archiver.cli._watching import mistakes
    from archiver.timers import github
    from archiver.timers.plan import DAY, Call, lasting, named, often

    with mistakes():
        jobs = chosen(archive, asked.jobs)
    metrics = written(asked.metrics)
    every = _length(asked.every, "--every") if asked.every else often(jobs)
    longest = github.LONGEST if system == "--github" else DAY
    return Call(
        name=asked.name or named(archive.name), program=program(sys.argv[0], sys.executable), archive=str(archive), every=every,
        lasts=_length(asked.max_time, "--max-time") if asked.max_time else lasting(every, longest), jobs=asked.jobs, ping=pinged(asked.ping),
        metrics=str(metrics.resolve()) if metrics else "",
    )  # fmt: skip


def program(called: str, interpreter: str) -> tuple[str, ...]:
    """The words that start this program from anywhere: the command itself, else the interpreter, which looks for no modules where it is called."""
    command = Path(called)
    if command.name == "archiver" and command.is_file() and os.access(command, os.X_OK):
        return (str(command.absolute()),)
    return (interpreter, "-P", "-m", "archiver")


def _length(text: str, option: str) -> timedelta:
    from archiver.model.schedule import length

    try:
        return length(text)
    except ValueError as why:
        raise UsageError(f"{option}: {why}") from why


def _systemd(call: Call, archive: Path, asked: Asked) -> Made:
    from platformdirs import user_config_path

    from archiver.timers import systemd

    owner = None if asked.user else asked.run_as or _owner(archive)
    if owner in ("root", "0"):
        _output.note(
            f"{archive} belongs to root, and so does the service; --run-as USER names somebody with fewer rights"
        )
    place = user_config_path("systemd") / "user" if asked.user else Path("/etc/systemd/system")
    here = place if asked.user or os.access(place, os.W_OK) else Path()
    folder = (asked.to or here).resolve()
    return Made(folder, systemd.units(call, owner), systemd.steps(call, owner, str(folder), str(place)))


def _owner(folder: Path) -> str:
    try:
        return folder.owner()
    except KeyError:  # nobody of that number is known here
        return str(folder.stat().st_uid)


def _cron(call: Call, _archive: Path, asked: Asked) -> Made:
    from archiver.timers import cron

    folder = (asked.to or Path()).resolve()
    return Made(folder, (cron.table(call),), cron.steps(call, str(folder)))


def _launchd(call: Call, _archive: Path, asked: Asked) -> Made:
    from archiver.timers import launchd

    home = Path.home()
    place = home / "Library/LaunchAgents"
    folder = (asked.to or place).resolve()
    return Made(folder, (launchd.agent(call, str(home)),), launchd.steps(call, str(folder), str(place)))


def _github(call: Call, archive: Path, asked: Asked) -> Made:
    from archiver._version import __version__
    from archiver.timers import github

    nearest = next((folder for folder in (archive, *archive.parents) if (folder / ".git").exists()), archive)
    repository = asked.to.resolve() if asked.to else nearest
    if not archive.is_relative_to(repository):
        raise UsageError(
            f"the archive in {archive} is not in the repository in {repository}",
            advice="The workflow commits what it captures: --to names the folder of the repository that the archive is kept in.",
        )
    there = replace(call, program=("archiver",), archive=".")
    file = github.workflow(there, f"source-archiver=={__version__}", str(archive.relative_to(repository)))
    return Made(repository, (file,), github.steps(there, call.ping))


def _k8s(call: Call, archive: Path, asked: Asked) -> Made:
    from archiver.config import WATCH
    from archiver.timers import kubernetes

    folder = (asked.to or Path()).resolve()
    there = replace(call, program=("archiver",), archive=kubernetes.ARCHIVE)
    steps = kubernetes.steps(there, str(folder), str(archive / WATCH))
    return Made(folder, (kubernetes.manifest(there, asked.image),), steps)


_MAKERS: dict[str, Callable[[Call, Path, Asked], Made]] = {
    "--systemd": _systemd,
    "--cron": _cron,
    "--github": _github,
    "--k8s": _k8s,
    "--launchd": _launchd,
}
