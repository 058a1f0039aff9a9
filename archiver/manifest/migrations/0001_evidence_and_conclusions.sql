-- The first tables. application_id is "arcv": a manifest is ours or empty.

create table warcs (
    name text primary key,
    committed integer not null,                     -- bytes that are known to be whole and on disk
    sealed integer not null default 0,
    sha256 text                                     -- of the whole file, once sealed
) strict;

create table records (
    record_id text primary key,                     -- the UUID of WARC-Record-ID
    kind text not null,                             -- WARC-Type
    warc text not null references warcs(name),
    offset integer not null,
    length integer not null,                        -- of the gzip member, in bytes
    stored_sha256 text not null,                    -- of the gzip member
    unique (warc, offset)
) strict;

create table certificates (
    sha256 text primary key                         -- of the DER of a certificate whose record is in the archive
) strict, without rowid;

create table captures (
    sequence integer primary key,
    capture_id text not null unique references records(record_id),
    asked_url text not null,
    url text not null,                              -- the final address
    url_key text not null,
    captured_at text not null,
    outcome text not null,
    problems text not null default '[]',            -- JSON array of problem codes
    http_status integer not null,
    media_type text,
    payload_sha256 text not null,                   -- transfer coding removed, content coding kept
    payload_length integer not null,
    revisit_of text references captures(capture_id),
    purpose text not null,                          -- page, robots
    source text not null,                           -- fetch, import
    source_note text,
    robots text not null default '[]',              -- JSON array of verdicts
    statement_id text not null references records(record_id),
    operator text,
    note text,
    clock_state text not null,
    tool text not null,
    reads integer not null default 0,               -- how often a reading of it was begun and not ended
    document_id text references documents(id)
) strict;
create index captures_url_key on captures(url_key);
create index captures_payload on captures(payload_sha256);
create index captures_document on captures(document_id);
create index captures_unconcluded on captures(sequence) where document_id is null and purpose = 'page';

create table exchanges (
    sequence integer not null references captures(sequence),
    hop integer not null,
    url text not null,
    url_key text not null,
    http_status integer not null,
    media_type text,
    captured_at text not null,
    record_id text not null references records(record_id),
    request_id text references records(record_id),
    payload_sha256 text not null,
    payload_length integer not null,
    block_sha256 text not null,
    headers text not null default '[]',             -- JSON array of [name, value]
    peer text,
    tls_version text,
    tls_cipher text,
    tls_chain text,                                 -- JSON array of SHA-256 of the certificates' DER, leaf first
    tls_chain_state text,
    tls_override text,
    truncated text,
    excess integer not null default 0,
    primary key (sequence, hop)
) strict;
create index exchanges_url_key on exchanges(url_key);
create index exchanges_record on exchanges(record_id);

create table attempts (
    id integer primary key,
    url text not null,
    url_key text not null,
    at text not null,
    outcome text not null,
    problems text not null default '[]',
    message text not null default '',
    final_url text,
    capture_id text references captures(capture_id),
    sequence integer unique,                        -- of the statement, where nothing was kept
    statement_id text references records(record_id)
) strict;
create index attempts_url_key on attempts(url_key);

create table events (
    id integer primary key,
    kind text not null,
    at text not null,
    outcome text not null,
    detail text not null default '',
    subject text,
    sequence integer unique,                        -- of the statement, where it is stated in a WARC record
    statement_id text references records(record_id)
) strict;
create index events_kind on events(kind, at);

-- Conclusions from here on.

create table publishers (
    id integer primary key,
    name text not null,
    kind text not null default 'outlet',
    owner text,
    source text not null default ''
) strict;

create table aliases (
    id integer primary key,
    publisher_id integer not null references publishers(id),
    kind text not null,                             -- name, host
    alias text not null,                            -- a folded name, or a site
    spelling text not null,
    source text not null,
    unique (kind, alias)
) strict;
create index aliases_publisher on aliases(publisher_id);

create table texts (
    id integer primary key,
    payload_sha256 text not null,
    extractor text not null,
    title text,
    byline text,
    text text not null,
    words integer not null,
    sampled integer not null,                       -- how many hashes of it are in the index of shared passages
    record_id text references records(record_id),   -- the conversion record that holds it
    unique (payload_sha256, extractor)
) strict;

create virtual table texts_fts using fts5(
    title, byline, text, content='texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
create trigger texts_insert after insert on texts begin
    insert into texts_fts(rowid, title, byline, text) values (new.id, new.title, new.byline, new.text);
end;
create trigger texts_delete after delete on texts begin
    insert into texts_fts(texts_fts, rowid, title, byline, text)
    values ('delete', old.id, old.title, old.byline, old.text);
end;

-- Hashes of the text as tokens: which texts share passages. See provenance.overlap for what they are.
create virtual table shingles using fts5(hashes, content='', detail='none', tokenize='ascii');

create table documents (
    id text primary key,
    url text not null,
    url_key text not null,
    site text not null,
    media_type text not null,
    title text,
    title_key text,                                 -- folded, for finding the same headline elsewhere
    publisher text,                                 -- as the page has it
    publisher_id integer references publishers(id),
    authors text not null default '[]',             -- JSON array
    date_published text,
    date_modified text,
    language text,
    outcome text not null,
    problems text not null default '[]',
    is_page integer not null,                       -- 0: what was kept is not the page that was asked for
    read_problems text not null default '[]',       -- those of them that reading the payload showed
    payload_sha256 text not null,
    content_sha256 text not null,                   -- of the payload with its content coding undone
    first_captured_at text not null,
    last_captured_at text not null,
    rules text not null,                            -- the versions of what read it and what detected its claims
    text_id integer references texts(id)
) strict;
create index documents_url_key on documents(url_key);
create index documents_site on documents(site);
create index documents_payload on documents(payload_sha256);
create index documents_content on documents(content_sha256);
create index documents_text on documents(text_id);
create index documents_publisher on documents(publisher_id);
create index documents_title on documents(title_key);

create table addresses (
    document_id text not null references documents(id),
    url_key text not null,
    url text not null,
    kind text not null,                             -- final, asked, hop, canonical
    primary key (document_id, url_key)
) strict, without rowid;
create index addresses_url_key on addresses(url_key);

create table candidates (
    id integer primary key,
    document_id text not null references documents(id),
    field text not null,                            -- title, publisher, authors, date_published, date_modified
    value text not null,
    source text not null,
    chosen integer not null
) strict;
create index candidates_document on candidates(document_id);

create table claims (
    id integer primary key,
    document_id text not null references documents(id),
    position integer not null,
    relation text not null,
    publisher text,
    publisher_id integer references publishers(id),
    url text,
    url_key text,
    strength text not null,
    weight real not null,
    unique (document_id, position)
) strict;
create index claims_url_key on claims(url_key);
create index claims_publisher on claims(publisher_id);

create table evidence (
    id integer primary key,
    claim_id integer not null references claims(id),
    quote text not null,
    prefix text not null default '',
    suffix text not null default '',
    "start" integer,
    "end" integer,
    role text not null,
    rule text not null,
    weight real not null
) strict;
create index evidence_claim on evidence(claim_id);

create table overlaps (
    a text not null references documents(id),
    b text not null references documents(id),
    containment_a real not null,
    containment_b real not null,
    shared integer not null,
    longest integer not null,
    primary key (a, b)
) strict, without rowid;
create index overlaps_b on overlaps(b);

create table edges (
    id integer primary key,
    from_document text not null references documents(id),
    to_document text references documents(id),
    to_url text,
    to_publisher text,
    relation text not null,
    status text not null,
    confidence real not null,
    overlap real
) strict;
create index edges_from on edges(from_document);
create index edges_to on edges(to_document);

create table edge_claims (
    edge_id integer not null references edges(id),
    claim_id integer not null references claims(id),
    primary key (edge_id, claim_id)
) strict, without rowid;

create table findings (
    id integer primary key,
    document_id text not null references documents(id),
    code text not null,
    message text not null
) strict;
create index findings_document on findings(document_id);

create table works (                               -- a text across its publications
    id text primary key,                            -- the least document ID among its members
    origin_document text references documents(id),
    origin_url text,
    origin_publisher text,
    origin_date text,
    origin_captured integer                         -- null where nothing decides who had it first
) strict;

create table lineages (
    document_id text primary key references documents(id),
    work_id text not null references works(id),
    status text not null,                           -- original, republication, contradicted, undecided
    verdict text not null,                          -- the same in one sentence
    origin_document text references documents(id),
    origin_url text,
    origin_publisher text,
    origin_date text,
    origin_captured integer
) strict;
create index lineages_work on lineages(work_id);

pragma application_id = 1634886518;
