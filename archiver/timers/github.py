"""A workflow for GitHub Actions, for an archive that is kept in a repository: captures what is due and commits it. Pure.

    workflow(call, package, folder) -> file        steps(call, ping)

`call` has the command as it is there: the program that `package` installs, and the archive "." in `folder` of the repository.

1. One run at a time, and none is cancelled for the next: both would write to the same files.
2. A call that found nothing due commits nothing, though its report stands in the manifest: what counts is archive/.
3. GitHub refuses files of 100 MB, so a WARC file that has half of that is sealed, and the next run begins another.
4. The address of the ping is a secret there: whoever reads a public repository could report runs that never were.
5. `${{` begins an expression wherever it stands in the file. What a person typed is never one.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta

from archiver.errors import UsageError
from archiver.timers.plan import Call, File, Step

#: GitHub calls no more often, and ends a job after six hours.
OFTENEST, LONGEST = timedelta(minutes=5), timedelta(hours=5)

#: What GitHub names the ping's secret, rule 4.
SECRET = "ARCHIVER_PING"  # noqa: S105 - the name of one

_RUN = """\
          code=0
          {command} || code=$?
          # Done in part: some pages failed, as some always do.
          if [ "$code" -eq 3 ]; then exit 0; fi
          exit "$code"
"""

#: The bot's own address, by which GitHub shows the commits as its.
_KEEP = """\
          if [ ! -d archive ]; then exit 0; fi
          # GitHub refuses files of 100 MB. Should one run capture more than 50 MB, give it less time, or keep archive/ in Git LFS.
          last=$(find archive -name '*.warc.gz' | sort | tail -n 1)
          if [ -n "$last" ] && [ "$(stat --format %s "$last")" -gt 50000000 ]; then archiver seal --archive .; fi
          git add --all -- archive manifests ':(exclude)archive/.*' ':(exclude)manifests/*-wal' ':(exclude)manifests/*-shm'
          if git diff --cached --quiet -- archive; then exit 0; fi
          git config user.name 'github-actions[bot]'
          git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
          git commit --quiet --message 'Archive what was due'
          git pull --rebase --quiet
          git push --quiet
"""


def workflow(call: Call, package: str, folder: str) -> File:
    """The workflow. `package`: what pip installs. Raises UsageError for what GitHub does not do."""
    if call.every < OFTENEST:
        raise UsageError("GitHub calls a workflow every 5 minutes at most", advice="Give --every 5m, or more.")
    if call.lasts > LONGEST:
        raise UsageError("GitHub ends a job after six hours", advice="Give --max-time 5h, or less.")
    if call.metrics:
        raise UsageError(
            "nobody reads a metrics file on GitHub's machines", advice="Leave --metrics out; --ping works there."
        )
    name = _text(call.name)
    secret = f'--ping "${SECRET}"' if call.ping else ""
    program, verb, *words = replace(call, ping="").command()
    command = " ".join(part for part in (program, verb, secret, shlex.join(words)) if part)
    lines = (
        "# Written by `archiver schedule write --github`. GitHub calls it from the default branch alone, and late when it is busy.",
        f"name: {name}",
        "on:",
        "  schedule:",
        f"    - cron: {_text(call.moments.cron)}",
        "  workflow_dispatch: {}",
        "permissions: {}",
        "concurrency:",
        f"  group: {name}",
        "  cancel-in-progress: false",
        "jobs:",
        "  run:",
        "    runs-on: ubuntu-latest",
        f"    timeout-minutes: {call.longest // timedelta(minutes=1) + 15}",
        "    permissions:",
        "      contents: write",
        *(("    defaults:", "      run:", f"        working-directory: {_text(folder)}") if folder != "." else ()),
        "    steps:",
        "      - uses: actions/checkout@v4",
        "      - uses: actions/setup-python@v5",
        "        with:",
        '          python-version: "3.13"',
        "      - name: Install archiver",
        f"        run: {_text(f'python -m pip install --quiet {shlex.quote(package)}')}",
        "      - name: Capture what is due",
        *(("        env:", f"          {SECRET}: ${{{{ secrets.{SECRET} }}}}") if call.ping else ()),
        "        run: |",
    )
    run = _RUN.format(command=_literal(command))
    keep = f"      - name: Keep what was captured\n        if: always()\n        run: |\n{_KEEP}"
    return File(f".github/workflows/{call.name}.yml", "\n".join(lines) + "\n" + run + keep)


def steps(call: Call, ping: str) -> tuple[Step, ...]:
    """What to type, in the repository's folder, once the file is there."""
    path = f".github/workflows/{call.name}.yml"
    return (
        *((Step(f"gh secret set {SECRET} --body {shlex.quote(ping)}", "the address of the ping stays out of the file"),) if ping else ()),
        Step(f"git add {path} && git commit --message 'Archive what is due' && git push", "from now on, once it is on the default branch"),
        Step(f"gh workflow run {call.name}.yml", "a first run at once"),
        Step(f"gh run list --workflow {call.name}.yml", "how the runs ended"),
    )  # fmt: skip


def _text(text: str) -> str:
    """A string of YAML, which takes JSON's; an expression in it is none."""
    return json.dumps(_literal(text), ensure_ascii=False)


def _literal(text: str) -> str:
    """Text that GitHub's expressions leave as it is, rule 5."""
    return text.replace("${{", "${{ '${{' }}")
