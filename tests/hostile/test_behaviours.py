"""The hostile suite, in this process: what each behaviour comes to, in time and memory, and that nobody spoke to the canary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archiver.model.capture import PROBLEMS
from tests.hostile.behaviour import Behaviour
from tests.hostile.behaviours import BEHAVIOURS, CATEGORIES
from tests.hostile.judge import Authorities, Canary, judge


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """Nobody may connect to it; looked at when every behaviour has been judged."""
    with Canary() as listening:
        yield listening
    assert listening.callers == []


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """The suite's certificates, trusted as an operator would have it."""
    made = Authorities()
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    path.write_bytes(made.pem)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(path))
        yield made


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_a_hostile_server_comes_to_what_the_table_says(
    behaviour: Behaviour, authorities: Authorities, canary: Canary
) -> None:
    verdict = judge(behaviour, authorities, canary.port)
    assert (verdict.outcome, verdict.problems) == (behaviour.outcome, behaviour.problems), verdict.message
    assert verdict.seconds < behaviour.seconds
    assert verdict.mebibytes < behaviour.mebibytes
    assert "secret" not in verdict.message
    assert canary.callers == []


def test_the_table_is_large_and_says_each_thing_once() -> None:
    assert len(BEHAVIOURS) >= 60
    assert len({behaviour.name for behaviour in BEHAVIOURS}) == len(BEHAVIOURS)
    assert all(rows for rows in CATEGORIES.values())
    known = {code for behaviour in BEHAVIOURS for code in behaviour.problems}
    assert known <= set(PROBLEMS)
