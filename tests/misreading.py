"""A stage for the reader's tests: reads pages, and does to its process whatever their words say. Imported by workers."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from functools import lru_cache

from archiver.model.capture import Payload
from archiver.model.inspection import encode
from archiver.provenance.publishers import SHIPPED, Authority
from archiver.reader import Asked, Page, nothing, stage


def misreading(_: Authority) -> Callable[[Asked], bytes]:
    """Reads a page as its words tell it to; every other one as pages are read, which is loaded when there is one."""
    usual = lru_cache(lambda: stage(SHIPPED))
    read = 0

    def answer(asked: Asked) -> bytes:
        nonlocal read
        if not asked.payload.content:  # what is said of a page that was given up; quickly
            return encode(nothing(asked.payload))
        read += 1
        deed = asked.payload.content.decode("utf-8", "replace")
        if deed in ANSWERS:
            return ANSWERS[deed]
        if deed == "spin":
            while True:
                pass
        if deed == "sleep":
            time.sleep(60)
        if deed == "exit":
            os._exit(0)
        if deed == "crash":
            ctypes.string_at(0)
        if deed == "raise":
            raise LookupError("a bug")
        if deed == "allocate":
            bytearray(2**30)
        if deed == "weary" and read > 1:
            os._exit(1)
        if deed == "another page":
            return usual()(Page(Payload("http://elsewhere.example/", b"<p>Words.", "text/html")))
        return usual()(asked)

    return answer


def missing(_: Authority) -> Callable[[Asked], bytes]:
    """A stage that cannot be opened."""
    raise ImportError("a part of it is missing")


#: Answers that are none, by the page that is answered so.
ANSWERS = {"no JSON": b"\x80\x04K\x2a.", "too deep": b"[" * 1_000_000, "too long": b" " * (21 * 2**20)}
