"""NETWORK: one address in, a Visit out. The only package that opens a connection, and the only one with httpx and httpcore.

    fetch(url, client)          fetch.py     the straight line: guard, robots, pace, one exchange a hop, verdict
    Client, FetchSettings       client.py    what outlives one visit: settings, pace, robots.txt answers
    conditional                 condition.py asking only for what has changed, and whether a 304 says that it has not
    exchange                    exchange.py  one request and its response on one fresh connection
    Wire                        wire.py      the recording connection: exact bytes both ways, deadline, byte budget, TLS facts
    Trust                       tls.py       the certificates to trust, the facts of a handshake
    AddressPolicy, ConnectTo    guard.py     which addresses may be connected to
    read_head, measure, Body    framing.py   HTTP/1.1 responses as bytes, from the network or from an archive
    payload, plain_payload      decode.py    stored bytes -> the bytes of a document (sniff.py, charset.py)
    judge, RobotsCache          robots.py    RFC 9309
    Pace                        pace.py      politeness
    grade                       verdict.py   problem codes of what was received
    mementos, copy_of           timemap.py   what public archives list, and what their copies are copies of

May import archiver.model and archiver.errors. It writes no archive, no manifest and no terminal; reads no settings file and
no environment variable but SSL_CERT_FILE and SSL_CERT_DIR; runs no scripts; keeps no cookies; uses no proxy and no netrc.
"""
