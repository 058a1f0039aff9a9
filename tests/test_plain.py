"""Plain files: what is none is not read, what is put is there whole or not at all, and nothing else is written to."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver import plain


def test_what_was_put_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"first", b"second"):
        plain.put(path, [content[:2], content[2:]], mode=0o440)
        assert plain.read(path, 6) == content
    assert path.stat().st_mode & 0o777 == 0o440
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("pipe", errno.EINVAL),
        ("folder", errno.EINVAL),
        ("link", errno.ELOOP),
        ("long", errno.EFBIG),
        ("none", errno.ENOENT),
    ],
)
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str, number: int) -> None:
    path = tmp_path / "file"
    (tmp_path / "elsewhere").write_bytes(b"else")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("elsewhere")
    elif kind == "long":
        path.write_bytes(b"seven!!")
    with pytest.raises(OSError) as raised:  # noqa: PT011 - by its number
        plain.read(path, 6)
    assert raised.value.errno == number


def test_what_is_broken_off_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    plain.put(path, [b"before"])

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise KeyError

    with pytest.raises(KeyError):
        plain.put(path, broken())
    assert path.read_bytes() == b"before"
    plain.put(path, [b"after"])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("draft", ["link", "pipe"])
def test_a_draft_of_somebody_else_s_is_not_written_to(tmp_path: Path, draft: str) -> None:
    victim, path = tmp_path / "victim", tmp_path / "file"
    victim.write_bytes(b"as it was")
    if draft == "link":
        (tmp_path / ".file.new").symlink_to(victim)
    else:
        os.mkfifo(tmp_path / ".file.new")
    plain.put(path, [b"new"])
    assert (path.read_bytes(), victim.read_bytes()) == (b"new", b"as it was")
