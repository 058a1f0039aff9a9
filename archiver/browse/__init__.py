"""The manifests in a browser: pages of ours for people who would rather look than query, and Datasette's tables beneath them.

    web       what a browser asks and is answered with, and the addresses of our pages        routes    address -> who answers
    front     the front door: a question, and what is found
    document  the provenance page and its other formats: record (what it shows), changes (its versions)
    replay    the archived page in a sandbox, and ours around it: archived (from its WARC records, checked on every view)
    memento   TimeMap and TimeGate
    render    the templates in pages/, and how foreign text gets into them                      files     what is in static/
    tables, queries, cells, lists   what Datasette's own pages say of our tables: names, facets, stored queries, links, bibliographies
    plugin    all of this as a plugin of Datasette: the only place with datasette               databases which ones are ours
    site      the same pages as files

Every page is one function of an open manifest and what was asked; none of them knows who serves it. Nothing here writes to an archive,
and nothing asks the network.
"""
