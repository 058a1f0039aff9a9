"""The version of all that detects claims, alone: who asks whether conclusions are up to date need load no word lists."""

from __future__ import annotations

#: A new one makes every conclusion be drawn again; evidence carries it.
VERSION = 3
