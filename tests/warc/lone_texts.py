"""Texts as older versions wrote them: conversion records that no statement follows. Files with such are read as ever."""

from archiver.warc import layout


def seal_text(text, capture, extractor, store, journal):
    member = layout.conversion(text, capture, extractor, store.ids(), store.clock())
    try:
        return store.append(store.place(journal, member.length), (member,))
    finally:
        member.close()
