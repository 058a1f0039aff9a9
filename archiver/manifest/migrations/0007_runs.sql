-- Runs: what a visit says of its address, what lists name, what each run did.

alter table captures add column state text;         -- there, gone, barred, down: see model/state.py; null where we did not fetch it, or it was not visited for its own sake
alter table captures add column list_problems text; -- JSON array: what reading a feed or sitemap showed; null where it was not read yet, or is no list
alter table attempts add column purpose text not null default 'page';
create index captures_unlisted on captures(sequence) where list_problems is null and purpose in ('feed', 'sitemap');
drop index if exists attempts_url_key;
create index attempts_address on attempts(url_key, purpose);

-- Of captures before this: what their problems say. Addresses that led to a front page are told from it by the next visit.
update captures set state = (
    select case
        when said.p like '%"challenge"%' or said.p like '%"consent"%' or said.p like '%"login"%' then 'barred'
        when captures.http_status in (404, 410, 451) then 'gone'
        when captures.http_status in (408, 425, 429) or captures.http_status >= 500 then 'down'
        when captures.http_status >= 400 then 'barred'
        when said.p like '%"soft-404"%' then 'gone'
        when said.p like '%"empty"%' or said.p like '%"truncated"%' then 'down'
        else 'there' end
    from (select captures.problems || coalesce((select read_problems from documents where id = captures.document_id), '') as p) said
) where purpose = 'page' and source = 'fetch';

create table signals (                              -- by which words or headers a page was told to be something else, or not whole
    document_id text not null references documents(id),
    position integer not null,
    code text not null,                             -- challenge, consent, login, soft-404, paywall
    name text not null,                             -- of the rule
    quote text not null,
    primary key (document_id, position)
) strict, without rowid;

create table listed (                               -- pages that a feed or sitemap has named, and sitemaps that an index names
    listing_key text not null,                      -- of the address that was asked for
    kind text not null,                             -- page, sitemap
    url_key text not null,
    url text not null,
    title text not null default '',
    date text,                                      -- a day: of publication, or of the last change
    changed integer not null default 0,             -- 1: of the last change
    source_url text,                                -- where the list says that it has the entry from
    source_title text,
    first_sequence integer not null references captures(sequence),  -- the capture that named it first
    sequence integer not null references captures(sequence),        -- the one that says this of it
    primary key (listing_key, kind, url_key)
) strict, without rowid;
create index listed_url_key on listed(url_key);

create table runs (
    id integer primary key,
    started_at text not null,
    ended_at text,                                  -- null: it is at work, or was killed
    outcome text,                                   -- done, out-of-time, stopped, offline, broken
    jobs text not null,                             -- JSON array of names
    process integer not null,
    hosts integer not null default 0,
    due integer not null default 0,                 -- addresses that were due
    captured integer not null default 0,
    flagged integer not null default 0,
    failed integer not null default 0,
    refused integer not null default 0,
    put_off integer not null default 0,             -- their hosts want to be left alone
    left_over integer not null default 0,           -- time was up
    new integer not null default 0,                 -- never captured before
    changed integer not null default 0,             -- other bytes than before
    warc_bytes integer not null default 0,          -- written
    message text not null default ''
) strict;

create table visits (                               -- what a run did: a row for each address that was due
    run_id integer not null references runs(id),
    position integer not null,
    job text not null,
    role text not null,                             -- page, feed, sitemap, found
    url text not null,
    url_key text not null,
    due_at text not null,
    why text not null,
    at text not null,
    outcome text not null,                          -- captured, flagged, failed, refused
    problems text not null default '[]',
    state text not null,
    was text,                                       -- the state before; null for an address that was never visited
    change text,                                    -- first, not-modified, same-bytes, same-text, changed
    changes text not null default '[]',             -- JSON array of {field, from, to}
    words_added integer,                            -- of the main text, where it changed
    words_removed integer,
    sequence integer,                               -- of the statement: captures, attempts
    primary key (run_id, position)
) strict, without rowid;
create index visits_url_key on visits(url_key);

create view address_states as                       -- what each visited address was, and from when until when
select url, purpose, state, min(at) as since, max(at) as until, count(*) as visits
from (
    select *, row_number() over (partition by url_key, purpose order by id)
        - row_number() over (partition by url_key, purpose, state order by id) as stretch
    from (
        select a.id, a.url, a.url_key, a.purpose, a.at,
            coalesce(c.state, case
                when a.outcome = 'refused' then 'refused'
                when a.problems like '%"too-large"%' then 'barred'
                else 'down' end) as state
        from attempts a left join captures c on c.capture_id = a.capture_id
        where a.capture_id is null or (c.state is not null and c.source = 'fetch')
    )
)
group by url_key, purpose, state, stretch
order by url, min(id);
