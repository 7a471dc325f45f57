"""Requests as PostgREST 12 makes them of a database: its transactions and its statements."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import psycopg
from calls import Connection
from psycopg import sql
from rpcs import UUID, Arguments, Caller

SCHEMA = "schnittwerk"
READ_ONLY = "read only"
READ_WRITE = "read write"


@dataclass(frozen=True)
class Function:
    """What the gateway knows of an RPC from its cache of the schema."""

    name: str
    parameters: dict[str, str]
    """Types by name, in order."""
    required: list[str]
    """Those that come first."""
    volatility: str
    returns_scalar: bool

    @property
    def is_read(self) -> bool:
        return self.volatility == "stable"

    def call(self, arguments: Iterable[str]) -> sql.Composed:
        """A statement that calls it with these arguments, by named notation."""
        return sql.SQL("select * from {}({})").format(
            sql.Identifier(SCHEMA, self.name),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name))
                for name in arguments
            ),
        )


@dataclass(frozen=True)
class Request:
    """One request: of whom, for which RPC."""

    function: Function
    arguments: Arguments
    caller: Caller
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    """Of the token, beside `sub` and `role`."""

    @property
    def access_mode(self) -> str:
        """Volatile functions may write, unless they are asked for by GET."""
        is_read = self.method == "GET" or self.function.is_read
        return READ_ONLY if is_read else READ_WRITE


@dataclass(frozen=True)
class Response:
    """What PostgREST answers from: the body and the settings, or the error."""

    body: Any = None
    status: str | None = None
    headers: str | None = None
    sqlstate: str | None = None
    message: str | None = None
    detail: str | None = None
    hint: str | None = None

    @property
    def http_status(self) -> int:
        """What the request's answer has for a status."""
        if self.sqlstate is None:
            return int(self.status or 200)
        return int(self.sqlstate[2:]) if self.sqlstate.startswith("PT") else 500

    def without_new_ids(self, known: Collection[str], passed: Iterable[str] = ()) -> str:
        """All of it as a text, but for UUIDs that the call has made, and texts passed to it.

        The speed of the search for slots, which the metrics show, is left out too.
        """
        body = self.body
        if isinstance(body, dict) and "slot_generation" in body:
            body = body | {"slot_generation": None}
        text = json.dumps(asdict(replace(self, body=body)), indent=1)
        # a longer one may hold a shorter one
        for given in sorted(passed, key=len, reverse=True):
            text = text.replace(given, "<passed>")
        return UUID.sub(lambda found: found[0] if found[0] in known else "<new>", text)


def functions(connection: Connection) -> dict[str, Function]:
    """All RPCs there are, by name."""
    rows = connection.execute(
        """
        select
          p.proname,
          coalesce(
            json_object_agg(a.name, format_type(a.type, null) order by a.n)
              filter (where a.mode in ('i', 'b', 'v')),
            '{}'),
          coalesce(
            array_agg(a.name order by a.n) filter (
              where a.mode in ('i', 'b', 'v') and a.n <= p.pronargs - p.pronargdefaults),
            '{}'),
          case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
          not p.proretset
        from pg_proc p
        left join unnest(
          p.proargnames,
          coalesce(p.proallargtypes, p.proargtypes::oid[]),
          coalesce(p.proargmodes, array_fill('i'::"char", array[p.pronargs]))
        ) with ordinality a (name, type, mode, n) on a.name is not null
        where p.pronamespace = %s::regnamespace
        group by p.oid
        order by p.proname
        """,
        [SCHEMA],
    ).fetchall()
    return {row[0]: Function(*row) for row in rows}


@contextmanager
def transaction(connection: Connection, access_mode: str = READ_WRITE) -> Iterator[None]:
    """A transaction begun as the gateway begins them, and undone at the end."""
    connection.execute(f"begin isolation level read committed {access_mode}")
    try:
        yield
    finally:
        connection.execute("rollback")


def ask(connection: Connection, request: Request) -> Response:
    """A request in a transaction of its own, which is undone."""
    with transaction(connection, request.access_mode):
        return perform(connection, request)


def perform(connection: Connection, request: Request) -> Response:
    """What the gateway does within a request's transaction."""
    begin_request(connection, request)
    parameters, statement = _statement(request)
    try:
        row = connection.execute(statement, parameters).fetchone()
    except psycopg.Error as error:
        return Response(
            sqlstate=error.sqlstate,
            message=error.diag.message_primary,
            detail=error.diag.message_detail,
            hint=error.diag.message_hint,
        )
    assert row is not None
    _, body, headers, status = row
    return Response(json.loads(body), status, headers)


def begin_request(connection: Connection, request: Request) -> None:
    """The settings that the gateway makes for the length of the transaction."""
    caller = request.caller
    identity = {"role": caller.role} | ({"sub": caller.user_id} if caller.user_id else {})
    connection.execute(
        "select set_config('search_path', %s, true), set_config('role', %s, true),"
        " set_config('request.jwt.claims', %s, true), set_config('request.method', %s, true),"
        " set_config('request.path', %s, true), set_config('request.headers', %s, true),"
        " set_config('request.cookies', %s, true),"
        # what a second request in one transaction must not find either
        " set_config('response.status', '', true), set_config('response.headers', '', true)",
        [
            f'"{SCHEMA}", "public"',
            caller.role,
            json.dumps(identity | dict(request.claims)),
            request.method,
            f"/rpc/{request.function.name}",
            json.dumps({name.lower(): value for name, value in request.headers.items()}),
            "{}",
        ],
    )


def _statement(request: Request) -> tuple[list[str], sql.Composed]:
    """The call with its parameters: of GET texts, else of one JSON body."""
    function, given = request.function, request.arguments
    if request.method == "GET":
        given = {name: value for name, value in given.items() if value is not None}
        texts = [_text(value, function.parameters[name]) for name, value in given.items()]
        values = [sql.SQL("{} := %s").format(sql.Identifier(name)) for name in given]
        return texts, _aggregated(function, sql.SQL(""), values)
    if not given:
        return [], _aggregated(function, sql.SQL(""), [])
    columns = [sql.Identifier(name) for name in given]
    body = sql.SQL(
        "(select %s::json as json_data) pgrst_payload, lateral ("
        "select {} from json_to_record(pgrst_payload.json_data) as _({}) limit 1"
        ") pgrst_body, lateral "
    ).format(
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join(
            sql.SQL("{} {}").format(column, sql.SQL(function.parameters[name]))
            for column, name in zip(columns, given, strict=True)
        ),
    )
    values = [sql.SQL("{0} := pgrst_body.{0}").format(column) for column in columns]
    return [json.dumps(given)], _aggregated(function, body, values)


def _text(value: object, type_name: str) -> str:
    """A value of a query string."""
    if isinstance(value, list) and type_name.endswith("[]"):
        return "{" + ",".join(map(str, value)) + "}"
    return value if isinstance(value, str) else json.dumps(value)


def _aggregated(
    function: Function, source: sql.Composable, values: list[sql.Composed]
) -> sql.Composed:
    """The call, and in the same statement its result as JSON and what it has set."""
    call = sql.SQL("{}({})").format(
        sql.Identifier(SCHEMA, function.name), sql.SQL(", ").join(values)
    )
    if function.returns_scalar:
        call = sql.SQL("(select {} as pgrst_scalar)").format(call)
        columns, result = "pgrst_call.pgrst_scalar", "json_agg(_postgrest_t.pgrst_scalar) -> 0"
    else:
        columns, result = "pgrst_call.*", "json_agg(_postgrest_t)"
    return sql.SQL(
        "with pgrst_source as (select {columns} from {source}{call} pgrst_call)"
        " select pg_catalog.count(_postgrest_t) as page_total,"
        " coalesce({result}, {nothing})::text as body,"
        " nullif(current_setting('response.headers', true), '') as response_headers,"
        " nullif(current_setting('response.status', true), '') as response_status"
        " from (select pgrst_source.* from pgrst_source) _postgrest_t"
    ).format(
        columns=sql.SQL(columns),
        source=source,
        call=call,
        result=sql.SQL(result),
        nothing=sql.Literal("null" if function.returns_scalar else "[]"),
    )
