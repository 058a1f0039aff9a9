"""PURE: documents -> claims -> chains. Owns what a page says of its origin, and what follows from it.

    detect/      claims of one Document, one file a kind of evidence      phrases/   word lists as data, one file a language
    publishers   names, aliases and hosts, matched (outlets: the shipped table)
    titles       which of the pages that a house lists bears a title
    overlap      shared passages of two texts                             resolve    claims, overlaps, dates -> Lineage

Imports archiver.model and the standard library's pure parts; opens nothing, asks nobody, reads no clock.
"""
