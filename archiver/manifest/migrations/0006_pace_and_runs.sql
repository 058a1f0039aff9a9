-- What runs need to know of the world, and no WARC file states: a rebuild does not restore it.

create table pace (                                 -- hosts that are not to be asked yet
    host text primary key,
    at text not null,                               -- when this was noted
    next_at text not null,                          -- not before
    asking integer not null default 0,              -- 1: a request was on its way
    failures integer not null default 0,            -- in a row
    problem text,                                   -- the last of them: a status, or a problem code
    retry_after integer,                            -- seconds, as the host asked
    retry_url text                                  -- with its answer to this
) strict, without rowid;
