create table conversions (                          -- the texts that lie in the WARC files, whether or not they are concluded here
    record_id text primary key references records(record_id),
    payload_sha256 text not null,                   -- of what it was read from
    extractor text not null
) strict, without rowid;
create index conversions_payload on conversions(payload_sha256, extractor);
insert into conversions select record_id, payload_sha256, extractor from texts where record_id is not null;
