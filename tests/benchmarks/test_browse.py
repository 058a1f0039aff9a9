"""The pages over a generated manifest, on a few documents: each kind is there and answers. On many: python -m tests.benchmarks.browse."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from archiver.manifest.opening import MANIFEST, open_read_only
from tests.benchmarks._manifest import generate
from tests.benchmarks.browse import in_process, kinds, of_sql, sample


def test_every_kind_of_page_of_ours_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate(tmp_path, 300)
    with open_read_only(tmp_path) as connection:
        some = sample(connection)
        for kind, do in of_sql(connection, some):
            for one in kind.asked[:1]:
                do(one)
        wanted = [kind for kind in kinds(connection, some) if "/" not in kind.name and kind.asked]
        few = [type(kind)(kind.name, kind.asked[:3], kind.most) for kind in wanted]
    asyncio.run(in_process(tmp_path / MANIFEST, few, lambda: 0.0))
    said = capsys.readouterr().out
    assert said.count("\n") == len(few) > 15
    assert "not 200" not in said
