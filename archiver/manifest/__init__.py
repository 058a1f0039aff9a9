"""SQL: the manifest, a database of what the archive holds and what was concluded from it.

    schema   the tables, as migrations            store     writing: evidence first, conclusions after
    opening  is it ours, and can it be read       records, conclusions: what the store writes
    facts    what resolution is given             lookup    reading: a question in, Citations out
    search   words in, passages out               wanted    what the chain of a page still lacks
    pace     hosts that are not to be asked yet

Owns every SQL statement of the package and is the only place with sqlite_utils, which it loads for writing alone: what
reads goes through the standard library's sqlite3, opened read-only. Imports model and errors. It decides nothing about
provenance, and nothing in it is needed to read the archive: it can be rebuilt from the WARC files.
"""
