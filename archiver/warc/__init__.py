"""THE ARCHIVE: a Visit in, WARC 1.1 records out, and back. The only place with warcio.

    layout    what each record looks like: gzip members, built before anything is locked
    store     the files: the write lock, the one append that is durable when it returns, names and sizes
    seal      the straight line: visit -> members -> place and sequence number -> statement -> append
    read      records back: member by member, or one by its offset
    recover   what a crash left at the end of a file: adopted whole, or moved aside

Imports model and errors (and warcio, isal). It does not fetch, reads no page, and knows the manifest only as a Journal that
answers questions: what was sealed is written there by the caller, before it lets go of the lock.
"""
