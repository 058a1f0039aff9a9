"""Citations and chains in other people's formats: what a look-up answers, as a note, a graph or a table.

    graph(edges)             -> who is related to whom, by addresses      (graph.py)
    note(citation)           -> Markdown that an editor can paste         (note.py)
    dot(graph), mermaid(..)  -> the picture of it, for programs that draw  (lineage.py)
    svg(graph, address)      -> the picture of it, drawn                  (picture.py)
    FORMATS, sentence(..)    -> how a page is cited: BibLaTeX, RIS, CSL   (cite.py)
    document(citation)       -> PROV-JSON                                 (prov.py)
    timemap, nearest         -> Memento: every capture of an address      (timemap.py)
    checks, versions         -> what was verified, what changed, in words (checks.py, versions.py)
    silent(citation)         -> it, without the words of a withdrawn page (silence.py)
    documents(..), edges(..) -> rows for a spreadsheet                    (table.py)

An exporter takes values of model.citation and returns text. It reads no manifest, prints nothing and knows no clock.
"""
