"""SIGNATURES: ours, and those of others, made and checked. The only place with cryptography.

    note           a text and who signed it (C2SP signed-note): checkpoints, endorsements, cosignatures
    keys           the operator's keys as files
    timestamp      RFC 3161: when an authority saw something (der: as much ASN.1 as that needs)
    authority      what a timestamp authority is asked, and who finds that its reply holds
    wacz           the signature of a WACZ file
    certificates   whose word a certificate is, and whom this machine trusts

Imports model and errors. It sends nothing and keeps nothing but the key files; what is signed is the caller's.
"""
