-- What tells a copy from its original where no day does: the sites that its text links to, and whose authors write for a site.
alter table documents add column linked text not null default '[]';     -- JSON array of sites
create index candidates_author on candidates(value, document_id) where field = 'authors' and chosen;

-- The index of shared passages is read far more than written: fewer segments to look through, for a little more work an insert.
insert into shingles(shingles, rank) values ('automerge', 2);
insert into shingles(shingles, rank) values ('crisismerge', 4);

-- For people who browse: what the tables say, by addresses and in words. The program itself reads the tables.

create view origins as                              -- each page: what it is, and where its text began
select
    d.url,
    d.title,
    d.publisher,
    substr(d.date_published, 1, 10) as date,
    l.status,
    l.origin_publisher,
    substr(l.origin_date, 1, 10) as origin_date,
    l.origin_url,
    l.origin_captured as origin_is_archived,        -- null where nothing decides
    l.verdict,
    l.work_id as work,
    d.id as document
from lineages l
join documents d on d.id = l.document_id;

create view chain_edges as                          -- who took which text from whom, with the words that hold it
select
    f.url as from_url,
    f.publisher as from_publisher,
    substr(f.date_published, 1, 10) as from_date,
    e.relation,
    e.status,
    e.confidence,
    coalesce(e.to_publisher, t.publisher) as to_publisher,
    substr(t.date_published, 1, 10) as to_date,
    coalesce(t.url, e.to_url) as to_url,
    e.to_document is not null as to_is_archived,
    e.overlap as text_shared,                       -- 0 to 1
    (
        select v.quote from edge_claims c join evidence v on v.claim_id = c.claim_id
        where c.edge_id = e.id order by v.weight desc, v.id limit 1
    ) as quote,
    p.by as decided_by,
    p.because as decided_because,
    l.work_id as work
from edges e
join documents f on f.id = e.from_document
left join documents t on t.id = e.to_document
left join decisions p on p.sequence = e.decision
left join lineages l on l.document_id = e.from_document
where e.relation <> 'cites';

create view unresolved_targets as                   -- what pages name as their source and what is not archived
select
    max(e.to_publisher) as publisher,
    e.to_url as url,                                -- null where only the publisher is named
    count(distinct e.from_document) as documents,   -- how many name it
    group_concat(distinct e.relation) as relations,
    min(f.url) as named_by,                         -- one of them
    min(f.first_captured_at) as named_since
from edges e
join documents f on f.id = e.from_document
where e.to_document is null and e.relation in ('republished_from', 'syndicated_by', 'translated_from')
group by e.to_url, iif(e.to_url is null, e.to_publisher, null)
order by documents desc, publisher, url;

create view contradictions as                       -- pages that contradict themselves, or whose source contradicts them
select
    x.code as finding,
    d.url,
    d.title,
    d.publisher,
    (
        select v.quote from claims c join evidence v on v.claim_id = c.id
        where c.document_id = d.id
            and c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')
        order by c.id in (select claim_id from edge_claims) desc, c.weight desc, c.position, v.weight desc, v.id limit 1
    ) as quote,
    coalesce(
        (
            select v.quote from claims c join evidence v on v.claim_id = c.id
            where c.document_id = d.id and c.relation = 'self_claim' order by c.weight desc, v.weight desc, v.id limit 1
        ),
        (
            select (select v.quote from evidence v where v.claim_id = c.id order by v.weight desc, v.id limit 1) from claims c
            where c.document_id = d.id
                and c.relation in ('originally_published_by', 'republished_from', 'syndicated_by', 'translated_from')
            order by c.id in (select claim_id from edge_claims) desc, c.weight desc, c.position limit 1 offset 1
        )
    ) as opposing_quote,                            -- the page's own
    d.url as opposing_url,
    x.message
from findings x
join documents d on d.id = x.document_id
where x.code = 'conflicting-origin'
union all
select
    x.code,
    d.url,
    d.title,
    d.publisher,
    (
        select v.quote from edges e join edge_claims h on h.edge_id = e.id join evidence v on v.claim_id = h.claim_id
        where e.from_document = d.id and e.status = 'contradicted' order by e.confidence desc, v.weight desc, v.id limit 1
    ),
    (
        select v.quote from edges e join claims c on c.document_id = e.to_document join evidence v on v.claim_id = c.id
        where e.from_document = d.id and e.status = 'contradicted' and c.relation in (
            'originally_published_by', 'republished_from', 'syndicated_by', 'translated_from', 'self_claim'
        )
        order by e.confidence desc, c.weight desc, v.weight desc, v.id limit 1
    ),                                              -- that of the page that it names; null where that says nothing
    (
        select e.to_url from edges e
        where e.from_document = d.id and e.status = 'contradicted' order by e.confidence desc, e.id limit 1
    ),
    x.message
from findings x
join documents d on d.id = x.document_id
where x.code = 'contradicted-origin';
