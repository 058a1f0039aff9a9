"""TAMPER EVIDENCE: whether what is stored is what was stored.

    verify    stored bytes against the digests that were kept when they were written

The statements of captures are leaves-to-be of one append-only log; the tree over them, its checkpoints, anchors and
proofs belong here too. Imports warc, manifest and model. It repairs nothing.
"""
