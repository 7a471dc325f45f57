"""Who may do what, found out from a running database, as a document."""

from collections.abc import Iterable, Sequence

from calls import Connection
from gateway import Function, Request, Response, ask, functions
from rpcs import Caller, Salon, arguments

ROLES = ("schnittwerk_anon", "schnittwerk_user", "schnittwerk_service", "schnittwerk_gateway")
PUBLIC = "public"
NEVER = "\N{EN DASH}"

_DOCUMENT = """\
# Who may do what

Written by `make privileges` from a running database, and compared with it by the tests: this is
what the database does, not what it ought to do.

## What a caller may do with a function

Each function of the schema `schnittwerk` was called by each kind of caller with things of their
salon. **all**: with whatever there is in the salon; **own**: with their own (a customer's
appointment, a member of staff's time off, a user's idempotency key, an admin's salon), while
somebody else's is refused or not found; **{never}**: not at all. A stranger is signed in and has no
profile in the salon, as is everybody in a salon that is not theirs. What a read shows of a thing,
and which rules a write waives, depends on the caller too.

{functions}

## What a database role may do in the database

Privileges on the functions and on every table, view and sequence, by role. A member of a role has
the same; the owner of the database and superusers have all, `schnittwerk_gateway` only says whose
claims are believed.

{objects}
"""

# Of PostgreSQL 17 on there is one more, and nobody has it either.
_PRIVILEGES_ON_TABLES = """
    select
      format('%%I.%%I', n.nspname, c.relname),
      r.role,
      coalesce(string_agg(p.privilege || coalesce(' (' || s.columns || ')', ''), ', ' order by p.n)
        filter (where t.is_granted or s.columns is not null), 'none')
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join unnest(%(roles)s::text[]) with ordinality r (role, n)
    cross join unnest(case
      when c.relkind = 'S' then '{select,update,usage}'::text[]
      else '{select,insert,update,delete,truncate,references,trigger}' || case
        when current_setting('server_version_num')::int >= 170000 then '{maintain}'::text[] end
    end) with ordinality p (privilege, n)
    cross join lateral (
      select case c.relkind
        when 'S' then has_sequence_privilege(r.role, c.oid, p.privilege)
        else has_table_privilege(r.role, c.oid, p.privilege)
      end as is_granted
    ) t
    cross join lateral (
      select string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and c.relkind <> 'S' and not t.is_granted
        and p.privilege in ('select', 'insert', 'update', 'references')
        and has_column_privilege(r.role, c.oid, a.attnum, p.privilege)
    ) s
    where n.nspname in ('schnittwerk', 'schnittwerk_core', 'schnittwerk_migrations')
      and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    group by n.nspname, c.relname, r.role, r.n
    order by n.nspname, c.relname, r.n
"""
_PRIVILEGES_ON_FUNCTIONS = """
    select
      r.role,
      case
        when bool_and(g.is_granted) then 'execute'
        when not bool_or(g.is_granted) then 'none'
        else 'execute on some'
      end
    from pg_proc p
    cross join unnest(%(roles)s::text[]) with ordinality r (role, n)
    cross join lateral (
      select has_function_privilege(r.role, p.oid, 'execute') as is_granted
    ) g
    where p.pronamespace = 'schnittwerk'::regnamespace
    group by r.role, r.n
    order by r.n
"""


def document(connection: Connection, salon: Salon) -> str:
    """The whole document, found out on a connection of the gateway's."""
    callers, roles = salon.callers, (*ROLES, PUBLIC)
    called = [
        [f"`{function.name}`", *(may(connection, salon, function, caller) for caller in callers)]
        for function in functions(connection).values()
    ]
    granted = [
        [name, *by_role.values()]
        for name, by_role in privileges(connection).items()
        if set(by_role.values()) != {"none"}
    ]
    rest = ["every other table, view and sequence", *("none" for _ in roles)]
    return _DOCUMENT.format(
        never=NEVER,
        functions=_table([["function", *(caller.name for caller in callers)], *called]),
        objects=_table([["on", *(f"`{role}`" for role in roles)], *granted, rest]),
    )


def may(connection: Connection, salon: Salon, function: Function, caller: Caller) -> str:
    """What a caller may do with a function: `all`, `own` or NEVER."""
    own, others = (
        ask(connection, Request(function, arguments(function.name, salon, things), caller))
        for things in (salon.own, salon.others)
    )
    if own.http_status in (401, 403):
        assert others.http_status == own.http_status, (function.name, caller, others)
        return NEVER
    assert own.http_status in (200, 201), (function.name, caller, own)
    if others.http_status in (403, 404) or is_empty(others) > is_empty(own):
        return "own"
    assert others.http_status in (200, 201), (function.name, caller, others)
    return "all"


def is_empty(answer: Response) -> bool:
    """Whether a read has found nothing: a list shows what its caller may see."""
    return isinstance(answer.body, list) and not answer.body


def privileges(connection: Connection) -> dict[str, dict[str, str]]:
    """Privileges, by what they are on and by role."""
    roles = {"roles": [*ROLES, PUBLIC]}
    on_functions = connection.execute(_PRIVILEGES_ON_FUNCTIONS, roles).fetchall()
    found: dict[str, dict[str, str]] = {"every function of `schnittwerk`": dict(on_functions)}
    for name, role, granted in connection.execute(_PRIVILEGES_ON_TABLES, roles):
        found.setdefault(f"`{name}`", {})[role] = granted
    return found


def _table(rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *others])
