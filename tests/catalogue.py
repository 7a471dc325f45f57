"""The RPCs as the server knows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from calls import Connection
from psycopg import sql
from psycopg.rows import dict_row


@dataclass(frozen=True)
class Rpc:
    """A function of the API; those of its arguments that come first are required."""

    name: str
    is_read: bool
    types: dict[str, str]
    required: list[str]

    def call(self, arguments: Iterable[str]) -> sql.Composed:
        """A statement that calls it with these arguments, by named notation."""
        return sql.SQL("select * from schnittwerk.{}({})").format(
            sql.Identifier(self.name),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name))
                for name in arguments
            ),
        )


_RPCS = """
    select
      p.proname as name, p.provolatile = 's' as is_read,
      coalesce(
        jsonb_object_agg(a.name, format_type(a.type, null)) filter (where a.name is not null), '{}'
      ) as types,
      p.proargnames[1:p.pronargs - p.pronargdefaults] as required
    from pg_proc p
    left join lateral unnest(
      p.proargnames[1:p.pronargs], p.proargtypes::oid[]
    ) a (name, type) on true
    where p.pronamespace = 'schnittwerk'::regnamespace
    group by p.oid
    order by p.proname
"""


def rpcs(connection: Connection) -> list[Rpc]:
    """All functions of the schema `schnittwerk`, by name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [Rpc(**row | {"required": row["required"] or []}) for row in cursor.execute(_RPCS)]
