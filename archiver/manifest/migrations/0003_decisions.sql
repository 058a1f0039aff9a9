create table decisions (                            -- what a person decided of where a text came from
    sequence integer primary key,
    at text not null,
    by text not null,
    because text not null,
    url text not null,
    url_key text not null,
    ruling text not null,                           -- model.lineage.Ruling
    source_url text,
    source_key text,
    publisher text,                                 -- where no address of the source is known
    statement_id text not null references records(record_id),
    applied integer not null default 0              -- 1: lineages say so
) strict;
create index decisions_url_key on decisions(url_key);
create index decisions_source_key on decisions(source_key);

alter table edges add column decision integer references decisions(sequence);
