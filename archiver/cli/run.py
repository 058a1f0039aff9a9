"""archiver run [JOB...]: the scheduled job: visit what is due in the watch list."""

from __future__ import annotations

import math
from functools import partial

import typer

from archiver.cli._anchoring import anchored_after
from archiver.cli._options import (
    AllowOption,
    ArchiveOption,
    ConnectToOption,
    DelayOption,
    IgnoreRobotsOption,
    JsonOption,
    NoteOption,
    verb,
)
from archiver.cli._running import (
    Alarm,
    AllOption,
    DryRunOption,
    JobsArgument,
    LogFormat,
    LogFormatOption,
    MaxTimeOption,
    MetricsOption,
    PingOption,
    WaitOption,
    chosen,
    exit_code,
    measured,
    pinged,
    seconds,
    shown,
    stopped_by_signals,
    timed,
    waiting,
    written,
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb(app, "run")(run)


def run(
    names: JobsArgument = None,
    *,
    archive: ArchiveOption = None,
    json: JsonOption = False,
    everything: AllOption = False,
    dry_run: DryRunOption = False,
    max_time: MaxTimeOption = "",
    wait: WaitOption = False,
    ping: PingOption = "",
    metrics: MetricsOption = None,
    log_format: LogFormatOption = LogFormat.TEXT,
    ignore_robots: IgnoreRobotsOption = False,
    connect_to: ConnectToOption = None,
    allow_address: AllowOption = None,
    delay: DelayOption = None,
    note: NoteOption = None,
) -> None:
    """Visit what is due in the watch list: capture what is new or changed, note what is unchanged or gone."""
    watcher = shown(log_format, data=json)
    from archiver.cli._due import tell_due
    from archiver.cli._fetching import fetch_settings
    from archiver.cli._watching import mistakes
    from archiver.config import Settings, find_archive, firm, load
    from archiver.watch.read import of_job

    folder, url, figures = find_archive(archive), pinged(ping), written(metrics)
    flags = {"delay_seconds": delay, "obey_robots": False if ignore_robots else None}
    anyway = fetch_settings(Settings(), connect_to, allow_address)
    with mistakes(), Alarm(folder, "" if dry_run else url, anyway, watcher.warning) as alarm:
        jobs = chosen(folder, names or ())
        settings, held, longest = load(folder, flags), firm(flags), seconds(max_time)
        if dry_run:
            tell_due(folder, jobs, json, everything=everything)
            return
        from archiver.cli._opening import open_for_writing
        from archiver.fetch.send import send
        from archiver.jobs.run import Enough, Run
        from archiver.jobs.teller import Teller
        from archiver.model.date import now
        from archiver.runlock import run_lock

        enough = Enough()
        with (
            run_lock(folder, clock=now, wait=math.inf if wait else 0.0, waiting=waiting),
            open_for_writing(folder, settings, fetch_settings(settings, connect_to, allow_address), note) as opened,
            stopped_by_signals(enough),
            timed(enough, longest),
        ):
            client = opened.client
            assert client is not None  # noqa: S101 - it was opened with settings for fetching
            teller = Teller(partial(send, client), jobs, folder.resolve().name, url or None, watcher.warning)
            alarm.run = Run(
                opened, jobs, lambda job: fetch_settings(of_job(settings, job, held), connect_to, allow_address),
                (watcher, teller), enough=enough, everything=everything,
            )  # fmt: skip
            with measured(alarm.run, folder, figures, watcher.warning):
                report = anchored_after(alarm.run.go(), opened, watcher.warning)
    if code := exit_code(report):
        raise typer.Exit(code)
