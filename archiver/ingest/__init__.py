"""THEIRS -> OURS: other people's archive files into the archive. Today WARC; ARC, WACZ, PDF and HTML have their place here.

Imports model, errors, and of the rooms below fetch (framing of stored responses) and warc (reading, sealing). It changes no
byte of what it takes in, draws no conclusions, and knows the manifest only as a Journal and a function to hand statements to.
"""
