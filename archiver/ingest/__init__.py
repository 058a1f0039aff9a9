"""THEIRS -> OURS: other people's files into the archive.

    files      what a file is, and its parts: WARC and ARC, WACZ, a page
    arc wacz page    what they hold as WARC records (made, part: what those share)
    foreign    what the records say, and what is wrong with them (faults, tell)
    ours       statements of another archiver's
    warc       the straight line: records into the archive's own files

Imports model, errors, and of the rooms below fetch (framing of stored responses) and warc (reading, sealing). It changes no
byte of what it takes in, draws no conclusions, and knows the manifest only as a Journal and a function to hand statements to.
"""
