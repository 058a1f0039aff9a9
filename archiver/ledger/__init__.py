"""TAMPER EVIDENCE: whether what is stored is what was stored, and whether what is stated was ever rewritten.

    log, merkle, checkpoints     the tree over the statements, its roots and proofs, and what is kept of it
    keys, anchors                who signs, and who else has seen it
    verify                       a check of an archive: problems (what can be found), files, heads, projections, readings, full
    copies                       another copy of the same archive

Imports fetch (how a message is framed), warc, manifest, signing and model. It changes nothing but by the hands of a caller who asks for it.
"""
