"""The short part of bit rot in the manifest, with a fixed seed. At full size: `python -m tests.torture manifest_flips`."""

from __future__ import annotations

import random
from pathlib import Path

from tests.torture import manifest_flips


def test_no_flipped_bit_changes_silently_what_the_manifest_says(tmp_path: Path) -> None:
    tally = manifest_flips.run(tmp_path / "archive", 80, 5)
    assert tally.wrong == []
    assert {"index", "deep"} <= set(tally.outcomes)


def test_a_flip_that_nobody_looks_for_is_told(tmp_path: Path) -> None:
    with manifest_flips.rotting(tmp_path / "archive") as rot:
        data = rot.victim.manifest
        place = data.index(b"no such host")  # of an attempt's statement
        assert manifest_flips.outcome(rot, place, 0) == "index"
        rot.said["pages"] = []  # what is not compared with itself is no reason to be silent
        unused = max(at for at in range(0, len(data), 512) if not any(data[at : at + 64]))
        assert manifest_flips.outcome(rot, unused + 32, random.Random(1).randrange(8)) == "nothing changed"
