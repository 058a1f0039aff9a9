"""BYTES -> DOCUMENT: what a payload says, read without network, clock or state.

    read.read(payload)  ->  model.document.Document

    read      dispatch by media type; never raises for bad content
    kinds     which media types are read, by which version of the rules; loads no reader
    html      bytes -> one lxml tree and its source text, shared by everything below
    blocks    tree -> blocks with roles          regions   which of them are head, body and tail (HTML and PDF alike)
    article   a reader's main text, corrected by the blocks
    markup    meta, link, JSON-LD, time, pixels  pointers  those of them that can point at another publisher
    copies    marks by which a text says that it is a copy: u-repost-of, a feed's <source>
    signals   markup -> said: all candidates     metadata  said -> title, publisher, authors, dates
    authors   who of all that are named          bylines   lines that name the authors
    names     names of outlets and people        dates     dates in any spelling
    text      how text is normalised             mojibake  text that was encoded twice, put right
    pdf       PDF -> the same blocks             listing   feeds, sitemaps and front pages -> what they list
    rows      the entries of a list in XML       feeds     what those of a feed say: feedparser's reading of them
    entries   the address, title and day of an entry, in any list

The only place with trafilatura, htmldate, lxml, pypdfium2 and feedparser. Imports archiver.model and archiver.errors. It makes no
claims about where a text came from (provenance does) and fetches nothing.
"""
