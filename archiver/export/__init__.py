"""Citations and chains in other people's formats: what a look-up answers, as a note, a graph or a table.

    graph(edges)             -> who is related to whom, by addresses      (graph.py)
    note(citation)           -> Markdown that an editor can paste         (note.py)
    dot(graph), mermaid(..)  -> the picture of it                         (lineage.py)
    documents(..), edges(..) -> rows for a spreadsheet                    (table.py)

An exporter takes values of model.citation and returns text. It reads no manifest, prints nothing and knows no clock.
"""
