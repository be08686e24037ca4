"""Queries that every page asks, compiled once and filled in each time.

Putting a query together and turning it into SQL costs Django several times what the database needs to answer it.
`Prepared` does that once a process and database, from an ordinary query set in which `Slot` stands for each value that
changes; so a query is still written, checked and changed in one place, in the words of the models.

    _of_person = Prepared(lambda: Profile.objects.filter(owner_id=Slot("owner", BigAutoField())).order_by("pk"))
    profiles = _of_person(owner=7)

A run yields what the query set would: rows of `values_list` or model instances, also with `select_related`. `Slots` is
any number of ids, for `pk__in` and its like: the question stays the same however many there are.
"""

import copy
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigAutoField, Expression, Field, QuerySet

Row = TypeVar("Row")


class Slot(Expression):
    """A value of a prepared query that each run brings, named and with the field that says how databases take it."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)

    def filled(self, value: Any, connection: Any) -> Any:
        """Return the value as this database takes it."""
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


class Slots(Slot):
    """Ids that each run of a prepared query brings, as many as there are, in one value."""

    def __init__(self, name: str) -> None:
        super().__init__(name, BigAutoField())

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "(SELECT value FROM json_each(%s))", (self,)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "(SELECT unnest(%s::bigint[]))", (self,)

    def filled(self, value: Any, connection: Any) -> Any:
        ids = [int(one) for one in value]
        return json.dumps(ids) if connection.vendor == "sqlite" else ids


class _Compiled(NamedTuple):
    iterable: Any  # how this kind of query set makes its results of rows
    compiler: Any  # has compiled; copied for each run, since threads share it
    sql: str
    params: tuple[Any, ...]
    slots: frozenset[str]


class Prepared(Generic[Row]):
    """A query set that `build` describes with slots; calling it with their values returns its results.

    `build` runs once for each kind of database, at the first call. Raises `TypeError` at a call that leaves a slot
    empty, names one there is not, or brings None, which in SQL equals nothing.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: object) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        kept = self._compiled.get(connection.vendor)
        if kept is None:
            kept = self._compiled[connection.vendor] = self._compile()
        if wrong := kept.slots ^ values.keys():
            raise TypeError(f"This query takes {sorted(kept.slots)}; look at {sorted(wrong)}.")
        for name, value in values.items():
            if value is None:
                raise TypeError(f"{name} is None, which equals nothing in SQL.")
        params = tuple(
            one.filled(values[one.name], connection) if isinstance(one, Slot) else one for one in kept.params
        )
        run = copy.copy(kept.compiler)
        run.connection = connection
        run.as_sql = lambda *_args, **_named: (kept.sql, params)
        query = SimpleNamespace(get_compiler=lambda *_args, **_named: run)
        return list(kept.iterable(SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})))

    def _compile(self) -> _Compiled:
        rows = self._build()
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        slots = frozenset(one.name for one in params if isinstance(one, Slot))
        return _Compiled(rows._iterable_class, compiler, sql, tuple(params), slots)
