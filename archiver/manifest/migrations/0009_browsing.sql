-- Pages for people count and sort what look-ups never did: what they need of a row stands in an index, beside the rest of the table.
-- None begins with what nearly all rows share: without statistics SQLite would take it for the best way to a few of them.

create index captures_moment on captures(captured_at, purpose, outcome);
create index captures_aside on captures(purpose) where purpose <> 'page';
create index documents_captured on documents(first_captured_at);
create index documents_flagged on documents(id) where outcome = 'flagged';
create index attempts_in_vain on attempts(outcome) where outcome = 'failed' or outcome = 'refused';

drop index if exists captures_document;
create index captures_document on captures(document_id, captured_at);
drop index if exists lineages_work;
create index lineages_work on lineages(work_id, status);

-- The same rows as before, found address by address: to show its beginning no longer costs all of it.
drop view address_states;
create view address_states as                       -- what each visited address was, and from when until when
with visited as not materialized (
    select a.id, a.url, a.url_key, a.purpose, a.at,
        coalesce(c.state, case
            when a.outcome = 'refused' then 'refused'
            when a.problems like '%"too-large"%' then 'barred'
            else 'down' end) as state
    from attempts a left join captures c on c.capture_id = a.capture_id
    where a.capture_id is null or (c.state is not null and c.source = 'fetch')
),
begun as not materialized (
    select v.*, (
        select min(n.id) from visited n
        where n.url_key = v.url_key and n.purpose = v.purpose and n.id > v.id and n.state <> v.state
    ) as ended
    from visited v
    where v.state is not (
        select p.state from visited p
        where p.url_key = v.url_key and p.purpose = v.purpose and p.id < v.id order by p.id desc limit 1
    )
)
select
    b.url,
    b.purpose,
    b.state,
    (
        select min(s.at) from visited s
        where s.url_key = b.url_key and s.purpose = b.purpose and s.id >= b.id and s.id < coalesce(b.ended, 9e18)
    ) as since,
    (
        select max(s.at) from visited s
        where s.url_key = b.url_key and s.purpose = b.purpose and s.id >= b.id and s.id < coalesce(b.ended, 9e18)
    ) as until,
    (
        select count(*) from visited s
        where s.url_key = b.url_key and s.purpose = b.purpose and s.id >= b.id and s.id < coalesce(b.ended, 9e18)
    ) as visits
from begun b
order by b.url_key, b.purpose, b.id;
