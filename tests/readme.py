"""What README shows and does not write by hand: made from the code, checked by tests/test_readme.py, put in by cog."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import fields
from functools import cache

import typer
from sqlite_utils import Database
from typer.core import TyperGroup

from archiver.browse.queries import QUERIES
from archiver.cli.main import VERBS, build
from archiver.config import Settings
from archiver.demo.web import ORIGINAL, REPOST, VISITED, served
from archiver.errors import EXIT_MEANINGS
from archiver.extract.standin import RULES
from archiver.ledger.problems import CODES, LEVEL_MEANINGS, LEVELS
from archiver.manifest.dump import LEFT_OUT
from archiver.manifest.schema import EVIDENCE_TABLES, migrate
from archiver.model.capture import PROBLEMS
from archiver.model.state import BY_CODE, BY_STATUS, State
from archiver.model.watch import KEYS


def fenced(text: str) -> str:
    """A block of output as Markdown."""
    return f"\n```\n{text.rstrip()}\n```\n\n"


def _run(*arguments: str, key: str = "") -> str:
    """Of a command, without the key and the settings of whoever runs it."""
    environment = {
        **os.environ,
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "XDG_CONFIG_HOME": "/nonexistent",
        "ARCHIVER_KEY": key,
    }
    return subprocess.run(
        [sys.executable, "-m", "archiver", *arguments], capture_output=True, text=True, check=True, env=environment
    ).stdout.replace("Usage: python -m archiver", "Usage: archiver")


@cache
def _demo() -> tuple[str, str, str]:
    with tempfile.TemporaryDirectory() as folder:
        place = f"{folder}/archiver-demo"
        _run("demo", place)
        return (
            _run("chains", "--archive", place),
            _run("lookup", "--archive", place, REPOST),
            _run("diff", "--archive", place, ORIGINAL, REPOST),
        )


def demo_chains() -> str:
    """`archiver chains` of the demo."""
    return _demo()[0]


def demo_lookup() -> str:
    """`archiver lookup` of the demo's republication, what differs from run to run put to one value."""
    text = _at_one_time(_demo()[1])
    text = re.sub(r"archiver-\d{14}-", "archiver-20261121101500-", text)
    text = re.sub(
        r"at \d+, \d+ bytes, record [0-9a-f-]{36}",
        "at 4102, 1873 bytes, record 7d2c9a51-30a4-4c55-9e0b-6f1d1f6f9a10",
        text,
    )
    text = re.sub(r"entry \d+", "entry 9", text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:35211", text)


def demo_proof() -> str:
    """A packet about the demo's republication, and its check in a shell; what differs from run to run put to one value."""
    with tempfile.TemporaryDirectory() as folder:
        place, packet, key = f"{folder}/archiver-demo", f"{folder}/packet", f"{folder}/key.pem"
        _run("key", "init", key=key)
        _run("demo", place, key=key)
        made = _run("prove", REPOST, "-o", packet, "--archive", place, key=key)
        held = subprocess.run(["sh", f"{packet}/verify.sh"], capture_output=True, text=True, check=True).stdout
    text = f"$ archiver prove {REPOST} -o packet\n{made}\n$ sh packet/verify.sh\n{held}"
    text = re.sub(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}", "+903e52ef+AQayZ1KJz5JaGdIrXBrJG/TPo+pImPCTNcgUGHivI4oR", text)
    text = re.sub(r"archiver/[0-9a-f]{16}", "archiver/42675b94c90f22cf", text.replace(f"{folder}/", ""))
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "7d2c9a51-30a4-4c55-9e0b-6f1d1f6f9a10", text)
    text = re.sub(r"entry \d+(?= of the log \()|(?<=by )entry \d+", "entry 12", text)
    return fenced(_at_one_time(re.sub(r"entry \d+ of (?=\d|the log archiver)", "entry 11 of ", text)))


def queries() -> str:
    """The stored queries: where each is, and what it answers."""
    rows = [f"| `{query.name}` | {query.about} |" for query in QUERIES]
    return "\n".join(["", "| query | answers |", "|---|---|", *rows, "", ""])


def checks() -> str:
    """What verify can find: each code with its number, the level that finds it and its meaning."""
    rows = [
        f"| {code.number} | `{name}` | {code.level} | {code.meaning}{'' if code.fails else ' (a remark)'} |"
        for name, code in CODES.items()
    ]
    levels = [f"| `{level}` | {LEVEL_MEANINGS[level]} |" for level in LEVELS]
    first = ["", "| level | checks, after all before it |", "|---|---|", *levels, ""]
    return "\n".join([*first, "| number | code | level | means |", "|---|---|---|---|", *rows, "", ""])


def _at_one_time(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "2026-11-21T10:15:00.250Z", text)


def demo_diff() -> str:
    """`archiver diff` of the demo's original and its republication, the times put to one value."""
    return _at_one_time(_demo()[2])


def demo_run() -> str:
    """Two runs over the demo's web, the second over pages that have not changed; what differs from run to run put to one value."""
    with tempfile.TemporaryDirectory() as folder, served() as port:
        place = f"{folder}/archiver-demo"
        _run("watch", "add", *VISITED, "--job", "demo", "--archive", place)
        online = ("--connect-to", f"::127.0.0.1:{port}", "--delay", "0", "--archive", place)
        text = f"$ archiver run\n{_run('run', *online)}\n$ archiver run --all\n{_run('run', '--all', *online)}"
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "2026-11-21T10:15:00Z", text)
    text = re.sub(r"Z, [\d.]+ s:", "Z, 1.1 s:", text)
    text = re.sub(r"next due .*", "next due  2026-11-22T10:00:00Z", text)
    sizes = iter(("26.2 kB; the archive has 26.2 kB", "19.4 kB; the archive has 45.6 kB"))
    return re.sub(r"(?<=written   ).*", lambda _: next(sizes), text)


def commands() -> str:
    """Every verb's help, and that of what stands under it."""
    whole = typer.main.get_command(build())
    assert isinstance(whole, TyperGroup)
    shown = []
    for verb in VERBS:
        command = whole.commands[verb]
        under = command.commands if isinstance(command, TyperGroup) else ()
        for words in ([verb], *([verb, name] for name in under)):
            heading = "#" * (2 + len(words))
            shown += [f"\n{heading} archiver {' '.join(words)}\n", fenced(_run(*words, "--help").strip("\n"))]
    return "".join(shown)


def settings() -> str:
    """The settings with their defaults."""
    rows = [f"| `{field.name}` | `ARCHIVER_{field.name.upper()}` | {field.default!r} |" for field in fields(Settings)]
    return "\n".join(["", "| setting | environment | default |", "|---|---|---|", *rows, "", ""])


def watch_keys() -> str:
    """The keys of [defaults] and [[job]] in watch.toml."""
    rows = [
        f"| `{key.name}` | {key.kind} | {key.default} | {key.meaning}{'' if key.shared else ' (not in `[defaults]`)'} |"
        for key in KEYS
    ]
    return "\n".join(["", "| key | takes | default | means |", "|---|---|---|---|", *rows, "", ""])


def states() -> str:
    """What an address may be, and by which problems or statuses."""
    rows = []
    for state in State:
        codes = [f"`{code}`" for code, said in BY_CODE.items() if said is state]
        statuses = [str(status) for status, said in BY_STATUS.items() if said is state]
        rows.append(f"| `{state}` | {STATES[state]} | {', '.join([*codes, *statuses])} |")
    return "\n".join(["", "| state | means | by |", "|---|---|---|", *rows, "", ""])


def signals() -> str:
    """By what a page is told to be something else than it was asked for, or not whole."""
    codes = dict.fromkeys(rule.code for rule in RULES)
    rows = [f"| `{code}` | {', '.join(f'`{rule.name}`' for rule in RULES if rule.code == code)} |" for code in codes]
    return "\n".join(["", "| code | signals |", "|---|---|", *rows, "", ""])


def problems() -> str:
    """The table of problem codes."""
    rows = [f"| `{p.code}` | {p.outcome} | {p.meaning} |" for p in PROBLEMS.values()]
    return "\n".join(["", "| code | outcome | means |", "|---|---|---|", *rows, "", ""])


def exit_codes() -> str:
    """The table of exit codes."""
    rows = [f"| {code.value} | {meaning} |" for code, meaning in EXIT_MEANINGS.items()]
    return "\n".join(["", "| code | means |", "|---|---|", *rows, "", ""])


#: What each state means.
STATES = {
    State.THERE: "the page answered",
    State.GONE: "the house says that it is no more, or leads to its front page",
    State.BARRED: "something keeps us from it; other statuses from 400 to 499 too",
    State.DOWN: "no answer, or a broken one; statuses from 500 too",
    State.REFUSED: "we do not ask for it",
}

#: What each view says.
VIEWS = {
    "address_states": "what each address that we asked for was, and from when until when: there, gone, barred, down or refused",
    "origins": "each page: what it is, and where its text began",
    "chain_edges": "who took which text from whom, with the words that hold it",
    "unresolved_targets": "what is named as a source and is not archived, and by how many",
    "contradictions": "pages that contradict themselves, or that their source contradicts, with both quotes",
}


def views() -> str:
    """The manifest's views and their columns."""
    db = Database(memory=True)
    migrate(db)
    rows = [f"| `{name}` | {VIEWS[name]} | {', '.join(db[name].columns_dict)} |" for name in sorted(db.view_names())]
    db.close()
    return "\n".join(["", "| view | says | columns |", "|---|---|---|", *rows, "", ""])


def tables() -> str:
    """The manifest's tables and their columns."""
    db = Database(memory=True)
    migrate(db)
    rows = ["", "| table | holds | columns |", "|---|---|---|"]
    names = [name for name in db.table_names() if db[name].strict]
    for name in sorted(names, key=lambda name: name not in EVIDENCE_TABLES):
        kind = "evidence" if name in EVIDENCE_TABLES else "of the moment" if name in LEFT_OUT else "conclusions"
        rows.append(f"| `{name}` | {kind} | {', '.join(db[name].columns_dict)} |")
    db.close()
    return "\n".join([*rows, "", ""])
