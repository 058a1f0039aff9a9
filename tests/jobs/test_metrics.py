"""The text file for Prometheus: read by its own parser, checked by its own tool, whole whenever it is read."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.jobs.metrics import _FIGURES, text, write
from archiver.manifest.status import Figures
from archiver.model.run import Ending, Report

from .made import BEGUN, MEADOW, WADI, changed, down, gone, report, visited

FIGURES = Figures(
    captures=1200, flagged=30, failed=4, refused=2, withdrawn=0, documents=900, publishers=80, claims=3000, chains=70, contradictions=3,
    warc_files=5, warc_bytes=4_200_000_000, first_capture="2024-01-01T00:00:00.000Z", last_capture="2026-11-21T06:41:09.500Z",
)  # fmt: skip

NOTHING = Figures(**{field.name: None if field.name.endswith("_capture") else 0 for field in fields(Figures)})

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def a_run(ending: Ending = Ending.DONE, jobs: tuple[str, ...] = (MEADOW, WADI)) -> Report:
    visits = (visited(), changed("http://meadow.example/b"), gone("http://meadow.example/c"), down("http://b.example/"))
    made = report(*visits, ending=ending, jobs=jobs)
    made.total.put_off = made.jobs[MEADOW].put_off = 7
    return made


def read(content: str) -> Samples:
    """Every sample, as Prometheus' parser for Python reads it."""
    parser = pytest.importorskip("prometheus_client.parser")
    found: Samples = {}
    for family in parser.text_string_to_metric_families(content):
        assert family.type == "gauge"
        assert family.documentation.endswith(".")
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found
            assert sample.timestamp is None
            found[key] = sample.value
    return found


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def test_the_figures_of_a_run_its_jobs_and_the_archive() -> None:
    content = text(a_run(), FIGURES)
    assert content.startswith("# HELP archiver_build_info ")
    assert "\narchiver_run_end_time_seconds 1795243270.25\n" in content
    assert '\narchiver_job_turned{watch_job="أخبار الوادي",state="gone"} 0\n' in content
    found = read(content)
    for name, labels, expected in (
        ("archiver_run_start_time_seconds", {}, BEGUN.timestamp()),
        ("archiver_run_duration_seconds", {}, 2467.25),
        ("archiver_run_ending", {"ending": "done"}, 1),
        ("archiver_run_ending", {"ending": "broken"}, 0),
        ("archiver_run_due", {}, 4),
        ("archiver_run_put_off", {}, 7),
        ("archiver_run_visited", {"outcome": "captured"}, 2),
        ("archiver_run_visited", {"outcome": "refused"}, 0),
        ("archiver_run_changes", {"change": "changed"}, 1),
        ("archiver_run_turned", {"state": "gone"}, 1),
        ("archiver_run_problems", {"code": "timeout"}, 1),
        ("archiver_run_problems", {"code": "dns"}, 0),
        ("archiver_run_hosts", {}, 2),
        ("archiver_run_written_bytes", {}, 12_345_678),
        ("archiver_job_due", {"watch_job": MEADOW}, 4),
        ("archiver_job_visited", {"watch_job": MEADOW, "outcome": "failed"}, 1),
        ("archiver_job_due", {"watch_job": WADI}, 0),
        ("archiver_captures", {}, 1200),
        ("archiver_warc_bytes", {}, 4_200_000_000),
        ("archiver_last_capture_time_seconds", {}, datetime(2026, 11, 21, 6, 41, 9, 500_000, tzinfo=UTC).timestamp()),
        ("archiver_next_due_time_seconds", {}, BEGUN.timestamp() + 3600),
    ):
        assert value(found, name, **labels) == expected, name


def test_every_figure_of_the_archive_has_a_meaning() -> None:
    assert list(_FIGURES) == [field.name for field in fields(Figures)]


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.DONE])
def test_the_time_of_the_last_run_that_was_done_outlives_those_that_were_not(ending: Ending) -> None:
    name, before = "archiver_run_last_done_time_seconds", datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert value(read(text(a_run(), FIGURES, before)), name) == BEGUN.timestamp() + 2467.25
    assert value(read(text(a_run(ending), FIGURES, before)), name) == before.timestamp()
    assert value(read(text(a_run(ending), FIGURES)), name) is None


def test_what_is_not_known_is_left_out() -> None:
    found = {name for name, _ in read(text(report(ending=None, jobs=()), NOTHING))}
    assert not found & {
        "archiver_run_end_time_seconds", "archiver_first_capture_time_seconds", "archiver_next_due_time_seconds", "archiver_job_due",
    }  # fmt: skip
    assert {"archiver_run_due", "archiver_captures"} <= found


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3, unique_by=lambda name: name.encode("utf-8", "replace")))
def test_names_of_jobs_come_back_as_they_are_written(names: list[str]) -> None:
    found = read(text(report(jobs=tuple(names)), NOTHING))
    for name in names:
        assert value(found, "archiver_job_due", watch_job=name.encode("utf-8", "replace").decode()) == 0


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not installed")
def test_prometheus_own_tool_finds_nothing_wrong() -> None:
    made = a_run(jobs=(MEADOW, WADI, 'a "quoted" \\ name\nof two lines'))
    for content in (text(made, FIGURES), text(report(ending=None, jobs=()), NOTHING)):
        said = subprocess.run(
            ["promtool", "check", "metrics"], input=content.encode(), capture_output=True, check=False
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")


# ── the file ──


def test_the_file_takes_the_place_of_the_one_before_and_others_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "archiver.prom"
    path.write_text("old")
    path.chmod(0o600)
    before = os.umask(0o077)
    try:
        assert write(path, "new\n") == ""
    finally:
        os.umask(before)
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", ["missing/archiver.prom", "file/archiver.prom", "folder", "."])
def test_a_file_that_cannot_be_written_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    said = write(tmp_path / where, "new\n")
    assert said.startswith(f"the metrics were not written to {tmp_path / where}: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_who_reads_it_sees_the_one_or_the_other_whole(tmp_path: Path) -> None:
    path = tmp_path / "archiver.prom"
    write(path, "a" * 100_000)
    with path.open() as reading:
        write(path, "b" * 100_000)
        assert reading.read() == "a" * 100_000
    assert path.read_text() == "b" * 100_000
