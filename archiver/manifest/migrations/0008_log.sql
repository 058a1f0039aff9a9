-- The log: every statement is a leaf of one tree (RFC 6962). Rows are only ever added; the triggers are against accidents, and what
-- holds against intent is the checkpoints that are kept elsewhere.

create table log (
    sequence integer primary key,                   -- the leaf's index is one less
    leaf text not null,                             -- SHA-256 of a zero byte and the statement's bytes
    statement_id text                               -- null where the statement itself is lost, and only its hash is left
) strict;
create trigger log_is_not_changed before update on log begin select raise(abort, 'the log is not changed'); end;
create trigger log_is_not_cut before delete on log begin select raise(abort, 'the log is not cut'); end;

create table log_nodes (                            -- hashes over whole runs of 256^level leaves, so that no tree is built twice
    level integer not null,
    position integer not null,
    hash text not null,
    primary key (level, position)
) strict, without rowid;

create table checkpoints (                          -- what the files in archive/checkpoints say
    size integer primary key,
    origin text not null,
    root text not null,
    name text not null,
    signers text not null default '[]'              -- JSON array of the names and IDs of the keys that signed it: NAME+ID
) strict;

create table keys (                                 -- with which key checkpoints are signed from here on
    sequence integer primary key,
    at text not null,
    key text not null,                              -- a vkey: NAME+ID+BASE64
    because text not null,
    endorsement text,                               -- the note in which the key before says so
    statement_id text not null references records(record_id)
) strict;

create table anchors (                              -- who else has seen a checkpoint
    sequence integer primary key,
    kind text not null,                             -- rfc3161, git, witness
    whom text not null,
    at text not null,
    size integer not null,
    root text not null,
    name text not null,                             -- of the file in archive/anchors
    sha256 text not null,                           -- of that file
    said_at text,                                   -- the time that they give
    note text not null,
    statement_id text not null references records(record_id)
) strict;

create table withdrawals (
    sequence integer primary key,
    at text not null,
    by text not null,
    because text not null,
    capture_id text not null references captures(capture_id),
    payload_sha256 text not null,
    removed integer not null,                       -- 1: the bytes are gone; 0: they are kept and not shown
    statement_id text not null references records(record_id),
    applied integer not null default 0              -- 1: files and conclusions are as it says
) strict;
create index withdrawals_payload on withdrawals(payload_sha256);

create table readings (                             -- what a document was read as, by digest: its claims and its text
    sequence integer primary key,
    at text not null,
    document_id text not null,
    url text not null,
    payload_sha256 text not null,
    rules text not null,                            -- the versions of what read it and what detected its claims
    claims integer not null,
    claims_sha256 text not null,                    -- of the set of claims as canonical JSON (model.claim.canonical)
    text_sha256 text,
    statement_id text not null references records(record_id)
) strict;
create index readings_document on readings(document_id);

create index events_subject on events(subject, kind, at);
