"""Questions that a fact-checker asks of an archive again and again, as stored queries: each with what it answers, and its SQL.

Tables of values: QUERIES, and COUNTS of those that figures lead to. Each query names the document of a row where a row is one, so that
lists and links find it (cells, lists), and none shows words of what is withdrawn. They read the base tables by their indexes: a view would be drawn whole to show its beginning.
A plus before a column keeps SQLite from an index by which it would have to sort every row; `not indexed`, from one by which it would
go through a table row by row in another order than they lie in.

A name is part of an address, and never that of a table or view, which it would hide. Arguments are bound, never put into SQL.
Does not own: how Datasette is told (plugin).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.manifest.withdrawals import HIDDEN, WITHDRAWN


@dataclass(frozen=True, slots=True)
class Query:
    """`about` says what it answers, and what an argument is to be; arguments are the `:names` in its SQL."""

    name: str
    title: str
    about: str
    sql: str


#: The works whose text went from address to address: versions of one page are no chain, and what is withdrawn is none.
_WORKS = f"""
select work_id, count(*) as documents from lineages group by work_id
having (
    max(status = 'republication') or count(*) > 1 and (
        select count(distinct d.url_key) from lineages m join documents d on d.id = m.document_id where m.work_id = lineages.work_id
    ) > 1
) and (
    work_id not in (select work_id from lineages where document_id in ({HIDDEN}))
    or exists (select 1 from lineages m where m.work_id = lineages.work_id and m.document_id not in ({HIDDEN}))
)
"""  # noqa: S608 - of constants of this module

#: What stands in the place of these names in the SQL below.
_PARTS = {
    "hidden": HIDDEN,
    "works": _WORKS,
    "withdrawn": WITHDRAWN,
    "copying": "('republished_from', 'syndicated_by', 'translated_from')",
    # the words that hold the edge `e`, and those of the claim `c`, which weigh most
    "held": "(select v.quote from edge_claims h join evidence v on v.claim_id = h.claim_id where h.edge_id = e.id"
    " order by v.weight desc, v.id limit 1)",
    "quote": "(select v.quote from evidence v where v.claim_id = c.id order by v.weight desc, v.id limit 1)",
    # what a document names as its source, what an edge rests on first
    "named": "from claims c where c.document_id = d.id and c.relation in ('originally_published_by', 'republished_from',"
    " 'syndicated_by', 'translated_from') order by c.id in (select claim_id from edge_claims) desc, c.weight desc, c.position limit 1",
    # who had a text first, where anything decides that
    "origin": "iif(l.status in ('original', 'republication'), l.origin_publisher, null) as origin_publisher",
    # the publishers that go by the name, or stand at the site, that was given
    "publisher": "select id from publishers where name = trim(:publisher) collate nocase union select publisher_id from aliases"
    " where alias in (lower(trim(:publisher)), replace(lower(trim(:publisher)), ' ', ''))",
}


def _query(name: str, title: str, about: str, sql: str) -> Query:
    return Query(name, title, about, sql.format_map(_PARTS).strip())


QUERIES: tuple[Query, ...] = (
    _query(
        "contradicting-pages",
        "Pages that contradict themselves",
        "Which pages say of their text both that it comes from elsewhere and that it is their own, or name two origins? Both sentences are"
        " shown; the page's provenance says which of them weighs more, and why. The latest 200.",
        """
select
    d.title, d.publisher, substr(d.date_published, 1, 10) as date,
    (select {quote} {named}) as quote,
    coalesce(
        (select {quote} from claims c where c.document_id = d.id and c.relation = 'self_claim' order by c.weight desc, c.position limit 1),
        (select {quote} {named} offset 1)
    ) as opposing_quote,
    l.status, d.url, d.id as document
from findings f
join documents d on d.id = f.document_id
left join lineages l on l.document_id = d.id
where f.code = 'conflicting-origin' and d.id not in ({hidden})
order by f.id desc limit 200""",
    ),
    _query(
        "contradicted-claims",
        "Claims that the archive contradicts",
        "Which pages name a source that is archived, and does not hold their text or came later? The surest 200.",
        """
select
    f.title, f.publisher, {held} as quote, e.to_publisher, t.title as to_title, t.url as to_url, e.overlap as text_shared,
    substr(f.date_published, 1, 10) as date, substr(t.date_published, 1, 10) as to_date, f.url, f.id as document
from edges e
join documents f on f.id = e.from_document
left join documents t on t.id = e.to_document
where e.status = 'contradicted' and f.id not in ({hidden}) and ifnull(t.id, '') not in ({hidden})
order by e.confidence desc, e.id limit 200""",
    ),
    _query(
        "chains",
        "Chains, the longest first",
        "Which texts went from site to site: who had each first, as far as the archive can tell, and how many archived pages on how many sites"
        " hold it? The title is that of the page where it began, else of the first that was archived. The 100 longest.",
        """
with spread as ({works} order by 2 desc, 1 limit 100),
headed as (
    select s.work_id, coalesce(
        (select d.id from works w join documents d on d.id = w.origin_document where w.id = s.work_id and d.id not in ({hidden})),
        (select d.id from lineages l join documents d on d.id = l.document_id where l.work_id = s.work_id and d.id not in ({hidden})
            order by d.first_captured_at, d.id limit 1)
    ) as document
    from spread s
)
select
    d.title, iif(w.origin_captured is null, null, w.origin_publisher) as origin_publisher,
    iif(w.origin_captured is null, null, substr(w.origin_date, 1, 10)) as origin_date, w.origin_captured as origin_is_archived,
    (select count(distinct d.url_key) from lineages l join documents d on d.id = l.document_id where l.work_id = h.work_id) as pages,
    (select count(distinct d.site) from lineages l join documents d on d.id = l.document_id where l.work_id = h.work_id) as sites,
    iif(w.origin_captured is null, null, w.origin_url) as origin_url, h.document
from headed h
left join works w on w.id = h.work_id
join documents d on d.id = h.document
order by pages desc, sites desc, h.work_id""",
    ),
    _query(
        "most-copied",
        "Most copied pages",
        "Which archived pages did most other sites take over, as they say or as their texts show?",
        """
with copied as (
    select to_document, count(*) as copies from edges not indexed
    where to_document is not null and relation in {copying} and status <> 'contradicted'
    group by to_document order by 2 desc, 1 limit 100
)
select
    d.title, d.publisher, substr(d.date_published, 1, 10) as date, c.copies,
    (select count(distinct f.site) from edges e join documents f on f.id = e.from_document
        where e.to_document = c.to_document and e.relation in {copying} and e.status <> 'contradicted') as sites,
    l.status, d.url, d.id as document
from copied c
join documents d on d.id = c.to_document
left join lineages l on l.document_id = d.id
where d.id not in ({hidden})
order by sites desc, c.copies desc, d.id""",
    ),
    _query(
        "missing-origins",
        "Origins that are not archived",
        "Which sources do pages name that nobody has captured yet, and how many name them? The title is that of the first that did.",
        """
with named as (
    select e.to_url, max(e.to_publisher) as publisher, count(distinct e.from_document) as documents, min(e.id) as edge
    from edges e where e.to_document is null and e.relation in {copying}
    group by e.to_url, iif(e.to_url is null, e.to_publisher, null)
    order by 3 desc, 4 limit 300
)
select n.publisher, n.to_url, n.documents, f.title, f.first_captured_at as named_since, f.id as document
from named n
join edges e on e.id = n.edge
join documents f on f.id = e.from_document
where f.id not in ({hidden})
order by n.documents desc, n.publisher, n.to_url""",
    ),
    _query(
        "single-witness",
        "Origins that one page alone speaks for",
        "Which origins rest on one page's word: it names a source that is not archived, and that no other page names? Capture the source, or"
        " look for a second witness, before you rely on one of them.",
        """
with lone as (
    select min(e.id) as edge from edges e where e.to_document is null and e.relation in {copying} and e.status = 'asserted'
    group by e.to_url, iif(e.to_url is null, e.to_publisher, null) having count(distinct e.from_document) = 1
    order by 1 desc limit 300
)
select
    f.title, f.publisher, {held} as quote, e.to_publisher, e.to_url, e.confidence, f.url, f.id as document
from lone o
join edges e on e.id = o.edge
join documents f on f.id = e.from_document
where f.id not in ({hidden})
order by e.id desc""",
    ),
    _query(
        "changed-pages",
        "Pages that changed",
        "Which pages were captured with other bytes than at first: how many versions, since when, and when was the last? A page's provenance"
        " compares their words.",
        """
with changed as (
    select site, url_key, count(*) as versions from documents where is_page = 1 group by site, url_key having count(*) > 1
)
select
    d.title, d.publisher, g.versions,
    (select min(o.first_captured_at) from documents o where o.url_key = g.url_key and o.is_page = 1) as first_captured_at,
    max(d.first_captured_at) as last_changed_at, d.url, d.id as document
from changed g
join documents d on d.url_key = g.url_key and d.is_page = 1
where d.id not in ({hidden})
group by g.url_key
order by last_changed_at desc, d.id limit 300""",
    ),
    _query(
        "sources-of-publisher",
        "Sources of a publisher",
        "From whom does a publisher take its texts? Give its name or its site, as the table of publishers has them. The title is that of the latest of them.",
        """
select
    coalesce(e.to_publisher, t.publisher) as to_publisher, e.relation, e.status, count(*) as texts,
    max(f.date_published) as last_date, f.title, f.id as document
from edges e
join documents f on f.id = e.from_document
left join documents t on t.id = e.to_document
where e.relation in {copying} and f.id not in ({hidden})
    and f.publisher_id in ({publisher})
group by coalesce(e.to_publisher, t.publisher), e.relation, e.status
order by texts desc, 1 limit 200""",
    ),
    _query(
        "takers-of-publisher",
        "Who takes from a publisher",
        "Who takes over a publisher's texts? Give its name or its site, as the table of publishers has them. The title is that of the latest of them.",
        """
select
    f.publisher, f.site, e.relation, e.status, count(*) as texts, max(f.date_published) as last_date, f.title, f.id as document
from documents t
join edges e on e.to_document = t.id
join documents f on f.id = e.from_document
where t.publisher_id in ({publisher}) and e.relation in {copying} and f.id not in ({hidden})
group by f.site, e.relation, e.status
order by texts desc, 1 limit 200""",
    ),
    _query(
        "pages-of-host",
        "Pages of a host",
        "What is archived of a host, such as www.news.example, or of a whole site, such as news.example?",
        """
select d.title, d.publisher, substr(d.date_published, 1, 10) as date, l.status, {origin}, d.first_captured_at, d.url, d.id as document
from (
    select id from documents where site = lower(trim(:host))
    union
    select id from documents where url_key >= '//' || lower(trim(:host)) || '/' and url_key < '//' || lower(trim(:host)) || '0'
) h
join documents d on d.id = h.id
left join lineages l on l.document_id = d.id
where d.is_page = 1 and d.id not in ({hidden})
order by d.first_captured_at desc, d.id limit 200""",
    ),
    _query(
        "recent-captures",
        "Recent captures",
        "What was captured last, and what is concluded of it?",
        """
select
    c.captured_at, d.title, d.publisher, l.status, {origin}, coalesce(d.outcome, c.outcome) as outcome,
    coalesce(d.problems, c.problems) as problems, c.url, c.capture_id, c.document_id as document
from captures c
left join documents d on d.id = c.document_id and d.id not in ({hidden})
left join lineages l on l.document_id = d.id
where +c.purpose = 'page' and not {withdrawn}
order by c.sequence desc limit 200""",
    ),
    _query(
        "flagged-captures",
        "Captures that are flagged",
        "Which answers were kept though something is odd about them: an error, a bot check, a paywall, a body that breaks off?",
        """
select c.captured_at, d.title, c.http_status, coalesce(d.problems, c.problems) as problems, c.url, c.capture_id, c.document_id as document
from captures c
left join documents d on d.id = c.document_id
where +c.purpose = 'page' and coalesce(d.outcome, c.outcome) = 'flagged' and not {withdrawn}
order by c.sequence desc limit 200""",
    ),
    _query(
        "failing-checks",
        "Checks that failed",
        "When did a check of the archive find bytes that are not what they were, and in which file? `archiver verify` checks again and says more.",
        """
select e.at, e.detail as level, e.subject as file, e.outcome,
    (select max(o.at) from events o where o.kind = e.kind and o.subject is e.subject and o.outcome = 'ok' and o.id > e.id) as found_right_since
from events e
where e.kind = 'fixity-check' and e.outcome <> 'ok'
order by e.id desc limit 500""",
    ),
    _query(
        "unchecked-files",
        "Files that were not checked since they were written",
        "Which WARC files has nobody read whole and found right and how long are they? `archiver verify` reads them.",
        """
select w.name as file, w.committed as length, w.sealed
from warcs w
where not exists (
    select 1 from events e where e.subject = w.name and e.kind = 'fixity-check' and e.outcome = 'ok' and e.detail in ('bytes', 'full', 'deep')
)
order by w.name limit 500""",
    ),
    _query(
        "withdrawn",
        "What was withdrawn",
        "Which captures are not shown any more, by whose word and why, and are their bytes gone?",
        """
select w.at, w.by, w.because, w.removed and w.sequence > c.sequence as removed, c.url, c.captured_at, c.capture_id
from captures c
join withdrawals w on w.sequence = (
    select max(o.sequence) from withdrawals o where o.payload_sha256 = c.payload_sha256 and (c.payload_length > 0 or o.capture_id = c.capture_id)
)
where c.payload_sha256 in (select payload_sha256 from withdrawals)
order by w.sequence desc, c.sequence desc limit 500""",
    ),
)


def _count(sql: str) -> str:
    return f"select count(*) from ({sql.format_map(_PARTS)})"  # noqa: S608 - of constants of this module


#: How many rows these stored queries find where nothing limits them, and how many documents their table shows.
COUNTS: Mapping[str, str] = {
    "documents": _count("select 1 from documents where id not in ({hidden})"),
    "chains": _count("{works}"),
    "contradicting-pages": _count(
        "select 1 from findings f where f.code = 'conflicting-origin' and f.document_id not in ({hidden})"
    ),
    "contradicted-claims": _count(
        "select 1 from edges e where e.status = 'contradicted' and e.from_document not in ({hidden}) and ifnull(e.to_document, '') not in ({hidden})"
    ),
    "flagged-captures": _count(
        "select 1 from documents d cross join captures c on c.document_id = d.id"
        " where d.outcome = 'flagged' and c.purpose = 'page' and not {withdrawn}"
        " union all select 1 from captures c indexed by captures_unconcluded"
        " where c.document_id is null and c.purpose = 'page' and c.outcome = 'flagged' and not {withdrawn}"
    ),
}

#: The publishers that a person may mean, by their names or one of their sites; and their sites.
PUBLISHERS = "select p.id, p.name from publishers p where p.id in ({publisher}) order by p.id limit 5".format_map(
    _PARTS
)
SITES = "select alias from aliases where publisher_id = ? and kind = 'host' order by alias limit 5"
#: Whether anything is archived of a host or a site.
ANY_OF_HOST = (
    "select exists (select 1 from documents where is_page = 1 and (site = :host or url_key >= '//' || :host || '/'"
    " and url_key < '//' || :host || '0') and id not in ({hidden}))"
).format_map(_PARTS)
