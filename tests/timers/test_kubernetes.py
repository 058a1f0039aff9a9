"""The CronJob: read as YAML, held against the restricted profile, and its few lines of shell run for real."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from archiver.errors import UsageError
from archiver.model import cron
from archiver.timers import kubernetes
from tests.timers.calls import CALL, GOLDEN, ODD, documents, words

THERE = replace(CALL, program=("archiver",), archive=kubernetes.ARCHIVE)
ODD_THERE = replace(ODD, program=("archiver",), archive=kubernetes.ARCHIVE, metrics="")
IMAGE = "registry.example/archiver:0.1.0"


def read(text: str) -> tuple[dict[str, object], dict[str, object]]:
    """The claim to a volume, and the CronJob."""
    claim, job = documents(text)
    return claim, job


def container(text: str) -> dict[str, object]:
    (only,) = read(text)[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return only


def expanded(word: str) -> str:
    """An argument as the container gets it: `$$` is `$`, and there are no variables."""
    assert "$(" not in word.replace("$$", "")
    return word.replace("$$", "$")


def test_the_manifest_reads_as_it_always_did() -> None:
    file = kubernetes.manifest(THERE, IMAGE)
    assert file.text == (GOLDEN / file.name).read_text("utf-8")


def test_the_pod_keeps_to_the_restricted_profile() -> None:
    claim, job = read(kubernetes.manifest(THERE, IMAGE).text)
    spec = job["spec"]["jobTemplate"]["spec"]
    pod = spec["template"]["spec"]
    (one,) = pod["containers"]
    assert (job["apiVersion"], job["kind"], job["spec"]["concurrencyPolicy"]) == ("batch/v1", "CronJob", "Forbid")
    assert cron.parse(job["spec"]["schedule"]).hourly
    assert (spec["backoffLimit"], pod["restartPolicy"], pod["automountServiceAccountToken"]) == (0, "Never", False)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert pod["terminationGracePeriodSeconds"] > 90
    assert spec["activeDeadlineSeconds"] == CALL.longest.total_seconds()
    mounted = {mount["name"] for mount in one["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]} == {"archive", "watch", "tmp"}
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]


@given(words, words)
def test_whatever_a_person_types_reaches_the_program_as_it_was(job: str, image: str) -> None:
    call = replace(ODD_THERE, jobs=(job, "b", job))
    one = container(kubernetes.manifest(call, f"registry.example/{image}").text)
    assert tuple(map(expanded, one["args"])) == call.command("--wait", "--log-format", "json")
    assert one["image"] == f"registry.example/{image}"
    assert one["command"][:2] == ["/bin/sh", "-c"]
    assert expanded(one["command"][2]) == kubernetes.SCRIPT


@pytest.mark.parametrize(("image", "metrics"), [("", ""), (IMAGE, "/x/a.prom")])
def test_what_does_not_go_there_is_refused(image: str, metrics: str) -> None:
    with pytest.raises(UsageError) as refused:
        kubernetes.manifest(replace(THERE, metrics=metrics), image)
    assert refused.value.advice


@pytest.mark.skipif(shutil.which("kubernetes-validate") is None, reason="kubernetes-validate is not installed")
@pytest.mark.parametrize("call", [THERE, ODD_THERE])
def test_the_schema_of_kubernetes_takes_it(call: object, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(kubernetes.manifest(call, IMAGE).text, "utf-8")
    said = subprocess.run(["kubernetes-validate", "--strict", str(path)], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def called(*program: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["/bin/sh", "-c", kubernetes.SCRIPT, "archiver", *program], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("code", "becomes"), [(0, 0), (3, 0), (4, 4), (11, 11), (1, 1)])
def test_what_is_done_in_part_is_done(code: int, becomes: int) -> None:
    with called("/bin/sh", "-c", f'printf "%s\\n" "$@"; exit {code}', "run", "a  b", "$x") as run:
        assert run.communicate()[0] == "a  b\n$x\n"
    assert run.returncode == becomes


@pytest.mark.parametrize(("code", "becomes"), [(0, 0), (3, 0), (4, 4)])
def test_the_signal_to_stop_is_passed_on_and_the_run_may_take_its_time(code: int, becomes: int) -> None:
    slow = f"trap 'sleep 0.3; echo finished; exit {code}' TERM; echo begun; while :; do sleep 0.05; done"
    with called("/bin/sh", "-c", slow) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        run.terminate()
        assert run.stdout.read() == "finished\n"
    assert run.returncode == becomes


def test_a_run_that_is_killed_has_failed() -> None:
    with called("/bin/sh", "-c", "echo $$; exec sleep 60") as run:
        assert run.stdout is not None
        number = int(run.stdout.readline())
        time.sleep(0.1)
        os.kill(number, signal.SIGKILL)
    assert run.returncode == 128 + signal.SIGKILL


def test_what_to_type_begins_with_the_watch_list() -> None:
    commands = [step.command for step in kubernetes.steps(THERE, "/a b", "/srv/it's/manifests/watch.toml")]
    assert commands[0].startswith(
        "kubectl create configmap archiver-desk-watch --from-file=watch.toml='/srv/it'\"'\"'s/"
    )
    assert commands[1] == "kubectl apply --filename '/a b/archiver-desk.yaml'"
    assert re.fullmatch(r"[a-z0-9-]{1,63}", commands[2].split()[-1])
