"""Documents -> claims: what a page says of its own origin and whom it cites, one file a kind of evidence.

    detect.detect(document)   the tuple of detectors, run over one Page and merged into claims
    page    the Page that detectors read, and the Hit that they yield      names   a publisher's name at a place in a text

Imports archiver.model, provenance.publishers and provenance.phrases. Resolves nothing: a claim is what the page says.
"""
