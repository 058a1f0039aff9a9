"""A CronJob for Kubernetes, with the volume that the archive is kept in. Pure.

    manifest(call, image) -> file        steps(call, folder, watch)

`call` has the command as it is in the container: the program that `image` has, and the archive in ARCHIVE.

1. One at a time, none made up more than ten minutes late. A failed call is not repeated: the next one does what is left.
2. Done in part (exit code 3) is no failure. No failure policy can say so: `Ignore` would start another pod each time. So a few lines of
   shell stand around the command, and pass on the signal to stop, which a shell that is process 1 does not do by itself.
3. The container is held to the restricted profile: not root, nothing writable but the volume and /tmp, no privileges, no token.
4. The watch list is a ConfigMap: it is kept where the other manifests are. Where there is none, that of the volume holds.
5. `$(` begins a variable in arguments, so `$` of a person's is doubled.
"""

from __future__ import annotations

import json
import shlex
from datetime import timedelta

from archiver.errors import UsageError
from archiver.timers.plan import GRACE, Call, File, Step

#: Where the archive and the watch list are in the container.
ARCHIVE, WATCH = "/archive", "/watch"

#: Who runs in it: any number that is not root's, and not that of a person on the node.
_USER = 10001

#: Rule 2. It holds no `$(` and no `$$`.
SCRIPT = f"""\
if [ -f {WATCH}/watch.toml ]; then
  mkdir -p {ARCHIVE}/manifests && cp {WATCH}/watch.toml {ARCHIVE}/manifests/watch.toml || exit 2
fi
run=
stopped=
trap 'stopped=1; [ -z "$run" ] || kill -TERM "$run"' TERM
"$@" &
run=$!
[ -z "$stopped" ] || kill -TERM "$run"
wait "$run"
code=$?
if [ -n "$stopped" ]; then
  wait "$run"
  code=$?
fi
if [ "$code" -eq 3 ]; then exit 0; fi
exit "$code"
"""

_TEXT = """\
# Written by `archiver schedule write --k8s`. The image needs archiver and a shell; this makes one:
#   FROM python:3.13-slim
#   RUN pip install --no-cache-dir source-archiver
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: archiver
    app.kubernetes.io/instance: {name}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: archiver
    app.kubernetes.io/instance: {name}
spec:
  schedule: {schedule}
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: {deadline}
      template:
        metadata:
          labels:
            app.kubernetes.io/name: archiver
            app.kubernetes.io/instance: {name}
        spec:
          restartPolicy: Never
          # A run that is told to stop finishes the pages under way.
          terminationGracePeriodSeconds: {grace}
          automountServiceAccountToken: false
          enableServiceLinks: false
          securityContext:
            runAsNonRoot: true
            runAsUser: {user}
            runAsGroup: {user}
            fsGroup: {user}
            fsGroupChangePolicy: OnRootMismatch
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: archiver
              image: {image}
              # Done in part (3) is done: some pages failed, as some always do. The signal to stop is passed on.
              command:
                - /bin/sh
                - -c
                - |
{script}
                - archiver
              args:
{args}
              env:
                - name: HOME
                  value: /tmp
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: [ALL]
              resources:
                requests:
                  cpu: 100m
                  memory: 256Mi
                limits:
                  memory: 2Gi
              volumeMounts:
                - name: archive
                  mountPath: {archive}
                - name: watch
                  mountPath: {watch}
                  readOnly: true
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: archive
              persistentVolumeClaim:
                claimName: {name}
            - name: watch
              configMap:
                name: {name}-watch
                optional: true
            - name: tmp
              emptyDir:
                sizeLimit: 2Gi
"""


def manifest(call: Call, image: str) -> File:
    """The manifest. Raises UsageError for what does not go there."""
    if not image:
        raise UsageError(
            "no image is named for the containers",
            advice="Give --image REGISTRY/NAME:TAG. Two lines make one: FROM python:3.13-slim, RUN pip install source-archiver.",
        )
    if call.metrics:
        raise UsageError(
            "nobody reads a metrics file in a container", advice="Leave --metrics out; --ping works there."
        )
    text = _TEXT.format(
        name=call.name, schedule=_text(call.moments.cron), deadline=call.longest // timedelta(seconds=1), image=_text(image),
        grace=GRACE // timedelta(seconds=1), user=_USER, archive=ARCHIVE, watch=WATCH,
        script="\n".join(" " * 18 + line for line in SCRIPT.splitlines()),
        args="\n".join(" " * 16 + "- " + _text(word.replace("$", "$$")) for word in call.command("--wait", "--log-format", "json")),
    )  # fmt: skip
    return File(f"{call.name}.yaml", text)


def steps(call: Call, folder: str, watch: str) -> tuple[Step, ...]:
    """What to type once the file is in `folder`. `watch`: the file that the watch list is written in."""
    path = shlex.quote(f"{folder}/{call.name}.yaml")
    keep = f"kubectl create configmap {call.name}-watch --from-file=watch.toml={shlex.quote(watch)} --dry-run=client --output=yaml"
    return (
        Step(f"{keep} | kubectl apply --filename -", "the watch list, now and after each change of it"),
        Step(f"kubectl apply --filename {path}", "from now on"),
        Step(f"kubectl create job --from=cronjob/{call.name} {call.name}-first", "a first run at once"),
        Step(f"kubectl logs --selector app.kubernetes.io/instance={call.name} --tail=-1", "what the runs said"),
    )


def _text(text: str) -> str:
    """A string of YAML, which takes JSON's."""
    return json.dumps(text, ensure_ascii=False)
