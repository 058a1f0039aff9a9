"""Our pages and names in Datasette: the one module that knows it. Written for 0.65; for another Datasette this module changes alone.

    register_routes                            our pages (routes)
    get_metadata, canned_queries, prepare_jinja2_environment   what its own pages say of our tables (tables, queries)
    render_cell, register_output_renderer      links in cells (cells), lists as bibliographies (lists)
    filters_from_request, permission_allowed   no words of what is withdrawn in lists, no SQL in a public copy
    asgi_wrapper                               what a page of a table costs, and that a list is whole
    menu_links, database_actions, extra_css_urls   the way to the front door, our stylesheet

Every hook asks first whether a database is a manifest of ours: beside others, the plugin is as if it were not there. Of several
manifests the pages show the first; `database` among the plugin's settings names another, `archive` the folder of its WARC files.
Who may not see that database, may not see our pages.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlencode

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils import sqlite_timelimit, tilde_decode, to_css_class
from datasette.utils.asgi import Response
from jinja2 import ChoiceLoader, DictLoader
from markupsafe import Markup

from archiver.browse import cells, files, lists, render, routes
from archiver.browse.databases import files_of, is_ours, trouble
from archiver.browse.queries import QUERIES
from archiver.browse.tables import BY_NAME, TABLES, Table, described, shown, withdrawn
from archiver.browse.web import FRONT, HOSTS, Answer, Ask, Holding, Links, Served
from archiver.errors import ArchiverError, NotFound, UsageError
from archiver.manifest import snapshot
from archiver.manifest.withdrawals import any_withdrawn
from archiver.model.citation import Json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from jinja2 import Environment

    Scope = MutableMapping[str, object]
    Receive = Callable[[], Awaitable[MutableMapping[str, object]]]
    Send = Callable[[MutableMapping[str, object]], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

T = TypeVar("T")

#: The plugin's name in Datasette's settings.
NAME = "archiver"

#: For so many milliseconds SQLite may look for what one page of ours shows.
DEADLINE = 5000

#: What our pages are drawn from: who may not see one of these tables, may not see our pages.
READ = ("captures", "documents", "texts")

#: What our stylesheet for Datasette's own pages is called.
STYLE = "datasette.css"

#: What a server may be called: it stands in addresses that we send.
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")

_BOX = Markup(
    '<form class="archiver-box" action="{}" method="get" role="search"><label>Where did this come from?'
    ' <input type="search" name="q" placeholder="a link, a sentence, a title or a SHA-256"></label> <button>Look it up</button></form>'
)


#: The documents that are withdrawn, while a list is made of a table of ours.
_GONE: ContextVar[frozenset[str]] = ContextVar("gone", default=frozenset())


# ── which databases, and which of them our pages show ──


def _ours(datasette: Datasette, name: str | None) -> bool:
    """Whether a database is a manifest that this program reads."""
    database = datasette.databases.get(name)
    return database is not None and is_ours(database.path)


def _shown(datasette: Datasette) -> str | None:
    """The name of the manifest that our pages show."""
    named = _setting(datasette, "database")
    return next((name for name in datasette.databases if named in (None, name) and _ours(datasette, name)), None)


def _setting(datasette: Datasette, name: str) -> str | None:
    found = (datasette.plugin_config(NAME) or {}).get(name)
    return None if found is None else str(found)


def _links(datasette: Datasette, database: str) -> Links | None:
    """The addresses of our pages, for a manifest that they show."""
    if _shown(datasette) != database:
        return None
    return Served(_base(datasette), database, copies=_files(datasette, database) is not None)


def _files(datasette: Datasette, database: str) -> Path | None:
    """The folder of a manifest's WARC files, None where it is not at hand."""
    return files_of(Path(datasette.databases[database].path), _setting(datasette, "archive"))


def _base(datasette: Datasette) -> str:
    return str(datasette.setting("base_url")).rstrip("/")


async def _may_see(datasette: Datasette, actor: object, name: str) -> bool:
    visible, _ = await datasette.check_visibility(actor, permissions=[("view-database", name), "view-instance"])
    return bool(visible)


async def _read(datasette: Datasette, name: str, do: Callable[[sqlite3.Connection], T]) -> T:
    """What is read from a database in one state of it: who writes meanwhile is not seen by halves."""

    def reading(connection: sqlite3.Connection) -> T:
        connection.execute("begin")
        try:
            with sqlite_timelimit(connection, DEADLINE):
                return do(connection)
        finally:
            connection.rollback()

    result: T = await datasette.databases[name].execute_fn(reading)
    return result


# ── our pages ──


async def _page(datasette: Datasette, request: Request) -> Response:
    """The answer to a request of ours. A HEAD is a GET without its body."""
    if request.method not in ("GET", "HEAD"):
        return Response.text("These pages are only to be read.", status=405, headers={"Allow": "GET, HEAD"})
    said = await _answer(datasette, request)
    body = said.body if request.method == "GET" else b""
    return Response(body, status=said.status, headers=said.all_headers(), content_type=said.media_type)


async def _answer(datasette: Datasette, request: Request) -> Answer:
    base, name = _base(datasette), _shown(datasette)
    path = request.scope.get("route_path", request.path)
    if name is None:
        await datasette.ensure_permissions(request.actor, ["view-instance"])
        return render.error(Served(base), _why_none(datasette), 503)
    if not path.startswith(f"{FRONT}/static/"):  # what a page looks like is no secret
        for table in READ:
            may = [("view-table", (name, table)), ("view-database", name), "view-instance"]
            await datasette.ensure_permissions(request.actor, may)
    host = request.host if _HOST.fullmatch(request.host) else "localhost"
    ask = Ask(path=path, query=request.query_string, headers=request.headers, server=f"{request.scheme}://{host}{base}")
    where = _files(datasette, name)
    links = Served(base, name, copies=where is not None)
    return await _read(datasette, name, lambda connection: routes.answer(Holding(connection, where), ask, links))


def _why_none(datasette: Datasette) -> ArchiverError:
    """Why there is nothing that our pages could show."""
    named = _setting(datasette, "database")
    if named is not None and named not in datasette.databases:
        return UsageError(f"the plugin is to show {named}, and this server has no such database")
    found = (trouble(name, one.path) for name, one in datasette.databases.items() if named in (None, name))
    none = NotFound(
        "none of these databases is a manifest of archiver",
        advice="Start Datasette with an archive's manifests/manifest.db.",
    )
    return next((one for one in found if one is not None), none)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Our pages."""
    return [(rf"^{FRONT}(/.*)?$", _page)]


# ── what Datasette's own pages say ──


@hookimpl
def get_metadata(datasette: Datasette, key: str | None) -> dict[str, Json]:
    """What our tables are called and mean. Datasette changes what it is given, so each time it is given a new one; of `tables` alone it
    asks for rules and sizes that we have none of.
    """
    ours = [name for name in datasette.databases if _ours(datasette, name)] if key in (None, "databases") else []
    return {"databases": {name: _database(datasette, name) for name in ours}} if ours else {}


def _database(datasette: Datasette, name: str) -> dict[str, Json]:
    said: dict[str, Json] = {"tables": {one.name: _described(one) for one in TABLES}}
    own = (datasette._metadata_local.get("databases") or {}).get(name) or {}
    if not own.get("description") and _shown(datasette) == name:  # where an operator says something, that is said
        said["description_html"] = str(_BOX.format(datasette.urls.path(FRONT)))
    return said


def _described(one: Table) -> dict[str, Json]:
    said: dict[str, Json] = {"title": one.title, "description": one.about, "columns": dict(described(one))}
    if one.label is not None:
        said["label_column"] = one.label
    if one.sort:
        said["sort_desc" if one.sort.startswith("-") else "sort"] = one.sort.removeprefix("-")
    if one.facets:
        said["facets"] = list(one.facets)
    if one.search is not None:
        said |= {"fts_table": "texts_fts", "fts_pk": one.search}
    if one.hidden:
        said["hidden"] = True
    return said


@hookimpl
def canned_queries(datasette: Datasette, database: str) -> dict[str, dict[str, Json]]:
    """The stored queries."""
    if not _ours(datasette, database):
        return {}
    return {
        one.name: {"title": one.title, "description": one.about, "sql": one.sql, "hide_sql": True} for one in QUERIES
    }


#: A stored query under its own title: Datasette gives all of its SQL instead, and calls it the reader's own.
_TITLED = """
{% extends "query.html" %}
{% block title %}{{ metadata.title or canned_query }} · {{ database }}{% endblock %}
{% block content %}{{ super()|replace("Custom SQL query returning ", "", 1)|replace("Custom SQL query", "Not answered" if error else "Nothing found", 1) }}{% endblock %}
"""


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Templates for the stored queries of our databases, behind those of everybody else: an operator's own comes first."""
    ours = [to_css_class(name) for name in datasette.databases if _ours(datasette, name)]
    names = [f"query-{database}-{to_css_class(one.name)}.html" for database in ours for one in QUERIES]
    env.loader = ChoiceLoader([*filter(None, [env.loader]), DictLoader(dict.fromkeys(names, _TITLED))])


@hookimpl
def render_cell(  # noqa: PLR0917 - the hook's own arguments, as pluggy hands them over
    datasette: Datasette, database: str, table: str | None, column: str, value: object, row: cells.Row
) -> Markup | None:
    """Values as people read them."""
    if not _ours(datasette, database):
        return None
    return cells.cell(table, column, value, row, _links(datasette, database), gone=_GONE.get())


@hookimpl
def filters_from_request(
    datasette: Datasette, database: str, table: str
) -> Callable[[], Awaitable[FilterArguments]] | None:
    """Lists hold no words of what is withdrawn, nor find it by them; where a row refers to it, it is not named."""
    one = BY_NAME.get(table) if _ours(datasette, database) else None
    if one is None:
        return None
    condition = shown(one)

    async def inner() -> FilterArguments:
        gone = await _read(datasette, database, withdrawn)
        _GONE.set(gone)
        if not gone or condition is None:
            return FilterArguments([])
        return FilterArguments([condition], human_descriptions=["not withdrawn"])

    return inner


@hookimpl
def permission_allowed(
    datasette: Datasette, action: str, resource: object
) -> Callable[[], Awaitable[bool | None]] | None:
    """Nobody's own SQL in a public copy, nor where one is attached to a database in memory. The index of words, which has all texts in
    it, is nobody's to look at once anything is withdrawn.
    """
    if action == "view-table" and isinstance(resource, tuple) and str(resource[1]).startswith("texts_fts"):
        return _unless_withdrawn(datasette, str(resource[0]))
    if action != "execute-sql":
        return None
    every = list(datasette.databases) if resource == "_memory" and datasette.crossdb else [resource]
    asked = [str(name) for name in every if _ours(datasette, str(name))]

    async def inner() -> bool | None:
        copies = [await _read(datasette, name, snapshot.made) for name in asked]
        return False if any(copies) else None

    return inner if asked else None


def _unless_withdrawn(datasette: Datasette, database: str) -> Callable[[], Awaitable[bool | None]] | None:
    async def inner() -> bool | None:
        return False if await _read(datasette, database, any_withdrawn) else None

    return inner if _ours(datasette, database) else None


@hookimpl
def extra_css_urls(datasette: Datasette, database: str | None) -> list[str]:
    """Our stylesheet, on pages of our databases."""
    if database is None or not _ours(datasette, database) or _shown(datasette) is None or STYLE not in files.names():
        return []
    return [f"{FRONT}/static/{STYLE}"]


@hookimpl
def menu_links(datasette: Datasette, actor: object) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """The way to the front door, on every page of Datasette's own."""

    async def inner() -> list[dict[str, str]]:
        name = _shown(datasette)
        if name is None or not await _may_see(datasette, actor, name):
            return []
        return [{"href": datasette.urls.path(FRONT), "label": "Where did this come from?"}]

    return inner


@hookimpl
def database_actions(datasette: Datasette, database: str) -> list[dict[str, str]]:
    """The same in the menu of the database."""
    if _shown(datasette) != database:
        return []
    return [{"href": datasette.urls.path(FRONT), "label": "Where did this come from?"}]


# ── lists as bibliographies ──


@hookimpl
def register_output_renderer() -> list[dict[str, object]]:
    """Every list as .bib, .ris and .csl."""
    return [{"extension": ending, "render": _lister(ending), "can_render": _can_list} for ending in lists.ENDINGS]


def _can_list(datasette: Datasette, database: str, table: str | None, columns: Sequence[str]) -> bool:
    return _ours(datasette, database) and lists.can_list(table, columns)


def _lister(ending: str) -> Callable[..., Awaitable[Response | None]]:
    async def listed(  # noqa: PLR0917 - the same
        datasette: Datasette, request: Request, database: str, table: str | None, query_name: str | None,
        columns: Sequence[str], rows: Sequence[cells.Row], data: MutableMapping[str, object],
    ) -> Response | None:  # fmt: skip
        if not _can_list(datasette, database, table, columns):
            return None
        await datasette.ensure_permissions(request.actor, [("view-database", database), "view-instance"])
        made = await _read(datasette, database, lambda connection: lists.written(connection, rows, ending))
        more = not made.whole or bool(data.get("truncated")) or data.get("next") is not None
        name = re.sub(r"[^A-Za-z0-9_-]", "-", table or query_name or "list") + (f"-first-{len(rows)}" if more else "")
        headers = {"Content-Disposition": f'inline; filename="{name}.{ending}"', "X-Content-Type-Options": "nosniff"}
        if more:
            headers["X-Archiver-Cut"] = f"the first {len(rows)} rows alone"
        text = (
            f"% The first {len(rows)} rows alone: the list goes on.\n\n{made.text}"
            if more and ending == "bib"
            else made.text
        )
        return Response(text, headers=headers, content_type=lists.ENDINGS[ending].media_type)

    return listed


# ── what a page costs ──


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """For pages of our tables, arguments that Datasette has and no setting of one database's: facets are chosen (tables), so none are
    looked for at a query a column; what takes long to count is not; a bibliography is of as many rows as there may be; and who has not
    chosen columns sees those that people read. And no answer under a name that the server is not to have.
    """
    names = frozenset(filter(None, os.environ.get(HOSTS, "").split(",")))

    def wrap(app: App) -> App:
        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and names and _name(scope) not in names:
                await Response.text("This server does not go by that name (--allow-host).", status=421).asgi_send(send)
                return
            if scope["type"] == "http" and await _withheld(datasette, scope):
                await Response.text(_NO_ROW, status=403).asgi_send(send)
                return
            more = _arguments(datasette, scope) if scope["type"] == "http" else []
            if more:
                query = b"&".join(filter(None, (_bytes(scope.get("query_string")), urlencode(more).encode("ascii"))))
                scope = {**scope, "query_string": query}
            await app(scope, receive, send)

        return asked

    return wrap


def _name(scope: Scope) -> str:
    """The host that a request is for, without its port."""
    headers = scope.get("headers")
    said = dict(headers).get(b"host", b"") if isinstance(headers, list | tuple) else b""
    return re.sub(r":\d*$", "", _bytes(said).decode("latin-1").lower()).strip("[]")


_NO_ROW = (
    "This row is of a page that was withdrawn: what is said of that stands on its own page, and none of its words."
)


async def _withheld(datasette: Datasette, scope: Scope) -> bool:
    """Whether a page is of one row, and that with words of what is withdrawn: Datasette asks nobody for a condition there."""
    parts = _parts(datasette, scope)
    database, table = _asked(datasette, parts[0], parts[1]) if len(parts) == 3 else (None, None)
    condition = None if table is None else shown(table)
    if database is None or table is None or condition is None:
        return False
    name, values = table.name, [tilde_decode(one) for one in re.sub(r"\.\w+$", "", parts[2]).split(",")]

    def asked(connection: sqlite3.Connection) -> bool:
        if not any_withdrawn(connection):
            return False
        keys = connection.execute("select name from pragma_table_info(?) where pk order by pk", (name,)).fetchall()
        named = [f'"{key[0]}" = ?' for key in keys] or ["rowid = ?"]
        if len(named) != len(values):
            return False
        sql = f'select 1 from "{name}" where {" and ".join(named)} and not coalesce(({condition}), 1)'  # noqa: S608 - names and conditions of ours
        return connection.execute(sql, values).fetchone() is not None

    return await _read(datasette, database, asked)


def _parts(datasette: Datasette, scope: Scope) -> list[str]:
    path = (_bytes(scope.get("raw_path")) or str(scope["path"]).encode()).decode("latin-1").partition("?")[0]
    return path.removeprefix(_base(datasette)).strip("/").split("/")


def _asked(datasette: Datasette, route: str, table: str) -> tuple[str | None, Table | None]:
    """The database and table of ours that parts of a path name."""
    database = next((one.name for one in datasette.databases.values() if one.route == tilde_decode(route)), None)
    return (database, BY_NAME.get(tilde_decode(table))) if _ours(datasette, database) else (None, None)


def _arguments(datasette: Datasette, scope: Scope) -> list[tuple[str, str]]:
    """What is added to a request, of what it does not say itself."""
    parts = _parts(datasette, scope)
    name, _, ending = parts[-1].partition(".")
    _, table = _asked(datasette, parts[0], name) if len(parts) == 2 else (None, None)
    if table is None:
        return []
    said = parse_qs(_bytes(scope.get("query_string")).decode("latin-1"), keep_blank_values=True)
    return [(key, value) for key, value in lists.arguments(table, ending, said) if key not in said]


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""
