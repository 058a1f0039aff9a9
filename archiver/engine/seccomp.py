"""A filter on this process's system calls: no network, no other process, no change to any file. Linux, x86-64 and arm64.

What reads pages needs none of the calls that are refused here; they fail with EPERM, as for somebody who may not. What is not
named stays allowed, so that another version of the C library or of Python works as before: this is the second wall, behind
libraries that are not meant to be taken over. Files can still be read.

The filter is a program of classic BPF, run by the kernel at each call: seccomp(2). It cannot be taken off again.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

#: Files opened to be written, made or emptied (fcntl.h).
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_ANY = 0xFFFFFFFF

#: Instructions of classic BPF: load a word, jump if equal / at least / any bit set, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
#: What a filter is given (struct seccomp_data), in bytes: the call's number, the architecture, the arguments' lower halves.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
#: From here on x86-64 has its calls a second time (x32).
_SECOND_TABLE = 0x40000000
_SET_MODE_FILTER, _ALL_THREADS, _NO_NEW_PRIVILEGES = 1, 1, 38


@dataclass(frozen=True, slots=True)
class Calls:
    """One architecture: its name for the kernel, its number for seccomp itself, and the calls that are refused.

    `judged` are refused where an argument of theirs has any of certain bits: files that are opened for more than reading, limits
    that are set to another process than this one, which is 0. `terminal`: what can write into a person's command line.
    """

    architecture: int
    seccomp: int
    judged: tuple[tuple[int, int, int], ...]
    terminal: tuple[int, ...]
    network: tuple[int, ...]
    processes: tuple[int, ...]
    files: tuple[int, ...]


#: Calls with one number everywhere: pidfd_send_signal, pidfd_open, clone3, pidfd_getfd; io_uring (which does all the rest);
#: openat2, the mount calls, fchmodat2, setxattrat, removexattrat.
_NEW_PROCESSES = (424, 434, 435, 438, 425, 426, 427)
_NEW_FILES = (437, 428, 429, 430, 431, 432, 433, 442, 452, 463, 466)

TABLES = {
    "x86_64": Calls(
        # open openat prlimit64; ioctl
        0xC000003E, 317, ((2, 1, _FOR_WRITING), (257, 2, _FOR_WRITING), (302, 0, _ANY)), (16,),
        # socket connect accept sendto sendmsg bind listen socketpair accept4 sendmmsg
        (41, 42, 43, 44, 46, 49, 50, 53, 288, 307),
        # clone fork vfork execve kill ptrace tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo process_vm_readv _writev bpf
        # userfaultfd execveat perf_event_open setsid setpgid unshare setns setpriority
        (56, 57, 58, 59, 62, 101, 200, 234, 129, 297, 310, 311, 321, 323, 322, 298, 112, 109, 272, 308, 141, *_NEW_PROCESSES),
        # truncate ftruncate rename mkdir rmdir creat link unlink symlink chmod fchmod chown fchown lchown utime mknod chroot
        # mount umount2 setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr utimes mkdirat mknodat fchownat
        # futimesat unlinkat renameat linkat symlinkat fchmodat utimensat fallocate renameat2 memfd_create open_by_handle_at
        (76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 161, 165, 166, 188, 189, 190, 197, 198, 199, 235, 258,
         259, 260, 261, 263, 264, 265, 266, 268, 280, 285, 316, 319, 304, *_NEW_FILES),
    ),
    "aarch64": Calls(
        0xC00000B7, 277, ((56, 2, _FOR_WRITING), (261, 0, _ANY)), (29,),
        (198, 203, 202, 206, 211, 200, 201, 199, 242, 269),
        (220, 221, 129, 117, 130, 131, 138, 240, 270, 271, 280, 282, 281, 241, 157, 154, 97, 268, 140, *_NEW_PROCESSES),
        # as above, of those that this architecture has
        (45, 46, 38, 33, 34, 35, 36, 37, 51, 40, 39, 5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88, 47, 276, 279, 265, *_NEW_FILES),
    ),
}  # fmt: skip


def program(calls: Calls) -> bytes:
    """The filter, as the kernel takes it: instructions of (code, jump if so, jump if not, operand)."""
    refused = (*calls.network, *calls.processes, *calls.files, *calls.terminal)
    # Laid out as: tests of the number, the way out for what is allowed, a test of its argument for each call judged, refusal.
    allow = 4 + len(refused) + len(calls.judged)
    refuse = allow + 1 + 3 * len(calls.judged)
    rows = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, refuse - 2, calls.architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refuse - 4, 0, _SECOND_TABLE),
    ]
    rows += [(_EQUAL, refuse - 5 - at, 0, number) for at, number in enumerate(refused)]
    for at, (number, _, _) in enumerate(calls.judged):
        rows.append((_EQUAL, allow + 1 + 3 * at - len(rows) - 1, 0, number))
    rows.append((_RETURN, 0, 0, _ALLOW))
    for _, argument, bits in calls.judged:
        rows.append((_LOAD, 0, 0, _ARGUMENTS + 8 * argument))
        rows.append((_ANY_BIT, refuse - len(rows) - 1, 0, bits))
        rows.append((_RETURN, 0, 0, _ALLOW))
    rows.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def apply() -> bool:
    """Hold all threads of this process to the filter. Whether that is so: not every kernel and machine has one."""
    calls = TABLES.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None:
        return False
    code = program(calls)
    held = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: how many instructions, and where they stand.
    told = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(held)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    if libc.prctl(_NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))):
        return False
    arguments = (calls.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.addressof(told))
    return bool(libc.syscall(*map(ctypes.c_long, arguments)) == 0)
