"""A place that holds a shell and the few tools that a packet's README names, and nothing else: no Python, no archive, no network."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

TOOLS = (
    "sh", "openssl", "sha256sum", "gzip", "base64", "xxd", "awk",
    "cat", "cmp", "head", "mktemp", "rm", "sort", "tail", "wc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bare:
    """A root with these tools, and what brings a command there; `jailed` is False where the system lets nobody change roots."""

    root: Path
    enter: tuple[str, ...]
    jailed: bool

    @classmethod
    def made(cls, root: Path) -> Bare:
        (root / "bin").mkdir(parents=True)
        (root / "tmp").mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, f"{tool} is not on this machine"
            shutil.copy(Path(found).resolve(), root / "bin" / tool)
            for library in _libraries(found):
                (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(library, root / library[1:])
        chroot, unshare = shutil.which("chroot") or "", shutil.which("unshare") or ""
        for enter in ((chroot,), (unshare, "-r", chroot)):
            command = [*enter, root, "/bin/sh", "-c", "cat </bin/sh | wc -c"]
            if all(enter) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return cls(root, (*enter, str(root)), jailed=True)
        return cls(root, (), jailed=False)

    def verify(self, packet: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the packet's own script on a copy of the packet, there."""
        place = Path(tempfile.mkdtemp(dir=self.root))
        try:
            shutil.copytree(packet, place / "packet", symlinks=True)
            script = place / "packet" / "verify.sh"
            said = f"/{script.relative_to(self.root)}" if self.jailed else str(script)
            shell = ("/bin/sh",) if self.jailed else (str(self.root / "bin/sh"),)
            path = "/bin" if self.jailed else str(self.root / "bin")
            return subprocess.run(
                [*self.enter, *shell, said, *arguments], env={"PATH": path}, cwd="/", capture_output=True, text=True,
                errors="replace", check=False, timeout=60,
            )  # fmt: skip
        finally:
            shutil.rmtree(place)


def _libraries(tool: str) -> list[str]:
    listed = subprocess.run(["ldd", tool], capture_output=True, text=True, check=False).stdout
    return re.findall(r"(/[^\s()]+\.so[^\s()]*)", listed)


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit of one file of a packet, the other way round."""

    name: str
    place: int
    bit: int

    def apply(self, packet: Path) -> None:
        data = bytearray((packet / self.name).read_bytes())
        data[self.place] ^= 1 << self.bit
        (packet / self.name).write_bytes(data)


def flips(packet: Path, names: list[str], count: int, seed: int) -> Iterator[Flip]:
    """So many, the same ones for the same seed: of each file as many as of the others, as far as it has so many bits; none twice."""
    chance, given = Random(seed), 0
    left = {
        name: chance.sample(range(bits), min(bits, count))
        for name in names
        if (bits := 8 * (packet / name).stat().st_size)
    }
    for name in itertools.cycle(names):
        if given == count or not any(left.values()):
            return
        if left.get(name):
            given += 1
            place, bit = divmod(left[name].pop(), 8)
            yield Flip(name, place, bit)


def changeable(packet: Path) -> list[str]:
    """The statements, records, proofs, the key and what others gave: every file but the page for people, the script, the authorities."""
    spared = {"README.txt", "verify.sh", "authorities.pem"}
    files = (path.relative_to(packet) for path in sorted(packet.rglob("*")) if path.is_file())
    return [str(path) for path in files if path.name not in spared]


def accepted(bare: Bare, packet: Path, chosen: list[Flip]) -> list[Flip]:
    """Those of the changes that the script does not refuse."""

    def judged(flip: Flip) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            changed = Path(shutil.copytree(packet, Path(folder) / "packet"))
            flip.apply(changed)
            said = bare.verify(changed)
        assert said.returncode in (0, 1), said.stderr
        assert said.returncode == 0 or "REFUSED" in said.stdout, (flip, said.stdout, said.stderr)
        return said.returncode == 0

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [flip for flip, held in zip(chosen, pool.map(judged, chosen), strict=True) if held]
