create table namings (                              -- what a person decided of a publisher's names and hosts
    sequence integer primary key,
    at text not null,
    by text not null,
    because text not null,
    publisher text not null,
    names text not null,                            -- JSON array
    hosts text not null,                            -- JSON array of sites
    statement_id text not null references records(record_id),
    applied integer not null default 0              -- 1: publishers and aliases say so
) strict;

-- The words and target of a piece of evidence as one key for its site, and the page it stands on: what repeats itself.
alter table evidence add column sentence text;
alter table evidence add column page text;
alter table claims add column boilerplate integer not null default 0;
create index evidence_sentence on evidence(sentence, page);
create index documents_pages on documents(site, url_key) where is_page = 1;

create table boilerplate (                          -- what stands on many pages of a site: its claims weigh little
    sentence text primary key,
    site text not null,
    words text not null
) strict;
create index boilerplate_site on boilerplate(site);

create table unresolved (                           -- documents whose lineage is to be drawn anew
    document_id text primary key references documents(id)
) strict, without rowid;
