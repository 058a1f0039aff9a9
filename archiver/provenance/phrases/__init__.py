"""Word lists as data: how pages say where a text came from, one file a language.

A file defines one `Language`: its words for "this article", the nouns that stand before an outlet's name, and rows. A row
is a wording with the relation that it speaks of, an example with the expected name in [brackets], and a counter example
that must not match. Adding a wording is adding a row. What a row looks like is grammar.py; all of them together, indexed
by the kind of wording, are lexicon.py. Imports archiver.model and nothing else; reading a page with them is detect/.
"""
