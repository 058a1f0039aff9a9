"""archiver schedule: files for the schedulers that call `archiver run`: show them, or write them and say what to do next."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import typer

from archiver.cli import _output
from archiver.cli._options import ArchiveOption, JsonOption, verb
from archiver.cli._scheduling import (
    Asked,
    CronFlag,
    EveryOption,
    ForceFlag,
    GithubFlag,
    ImageOption,
    JobsArgument,
    K8sFlag,
    LaunchdFlag,
    MaxTimeOption,
    MetricsOption,
    NameOption,
    PingOption,
    RunAsOption,
    SystemdFlag,
    ToOption,
    UserFlag,
    made,
    put,
    refuse_idle,
)
from archiver.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Files for the schedulers that call `archiver run`, which decides itself what is due: write them, or show them.",
    )
    verb(group, "write")(write)
    verb(group, "show")(show)
    app.add_typer(group, name="schedule")


def write(  # noqa: PLR0917 - given by name
    jobs: JobsArgument = None,
    systemd: SystemdFlag = False,
    cron: CronFlag = False,
    github: GithubFlag = False,
    k8s: K8sFlag = False,
    launchd: LaunchdFlag = False,
    to: ToOption = None,
    force: ForceFlag = False,
    every: EveryOption = "",
    max_time: MaxTimeOption = "",
    name: NameOption = "",
    ping: PingOption = "",
    metrics: MetricsOption = None,
    user: UserFlag = False,
    run_as: RunAsOption = "",
    image: ImageOption = "",
    archive: ArchiveOption = None,
) -> None:
    """Write the files for one scheduler, and say what to do next. What is there and differs stays, unless --force is given."""
    from archiver.config import firm

    asked = Asked(
        systems={"--systemd": systemd, "--cron": cron, "--github": github, "--k8s": k8s, "--launchd": launchd}, archive=archive,
        jobs=tuple(jobs or ()), to=to, user=user, run_as=run_as, image=image, name=name, every=every, max_time=max_time, ping=ping,
        metrics=metrics,
    )  # fmt: skip
    done = made(asked)
    for path, written in put(done, force=force).items():
        _output.say(f"{_output.show(path)} {'was written' if written else 'is as it should be'}")
    for setting in sorted(firm({})):
        _output.note(
            f"ARCHIVER_{setting.upper()} holds here and not where the scheduler calls: put {setting} into [settings] of watch.toml"
        )
    if _output.verbosity < 0:
        return
    _output.say("next:")
    for step in done.steps:
        if step.why:
            _output.say(f"  # {step.why}")
        _output.say(f"  {_output.calm(step.command)}")


def show(  # noqa: PLR0917 - given by name
    jobs: JobsArgument = None,
    systemd: SystemdFlag = False,
    cron: CronFlag = False,
    github: GithubFlag = False,
    k8s: K8sFlag = False,
    launchd: LaunchdFlag = False,
    to: ToOption = None,
    every: EveryOption = "",
    max_time: MaxTimeOption = "",
    name: NameOption = "",
    ping: PingOption = "",
    metrics: MetricsOption = None,
    user: UserFlag = False,
    run_as: RunAsOption = "",
    image: ImageOption = "",
    archive: ArchiveOption = None,
    json: JsonOption = False,
) -> None:
    """Print what `write` would write, and write nothing. Without a scheduler: when the jobs are due."""
    asked = Asked(
        systems={"--systemd": systemd, "--cron": cron, "--github": github, "--k8s": k8s, "--launchd": launchd}, archive=archive,
        jobs=tuple(jobs or ()), to=to, user=user, run_as=run_as, image=image, name=name, every=every, max_time=max_time, ping=ping,
        metrics=metrics,
    )  # fmt: skip
    if not any(asked.systems.values()):
        refuse_idle(asked)
        _tell_plan(archive, jobs or [], json)
        return
    if json:
        raise UsageError("--json says when jobs are due, and no scheduler takes it", advice="Leave one of the two out.")
    done = made(asked)
    for file in done.files:
        if len(done.files) > 1:
            _output.say(f"# {_output.show(done.folder / file.name)}")
        if sys.stdout.isatty():
            _output.table(f"{_output.calm(line)}\n" for line in file.text.removesuffix("\n").split("\n"))
        else:
            _output.pour(io.BytesIO(file.text.encode()))


def _tell_plan(archive: Path | None, names: list[str], json: bool) -> None:
    from archiver.cli._due import tell_plan
    from archiver.cli._running import chosen
    from archiver.cli._watching import mistakes
    from archiver.config import find_archive

    folder = find_archive(archive)
    with mistakes():
        jobs = chosen(folder, names)
    tell_plan(folder, jobs, json)
