"""The rules as a condition in a query, so that no page of any room can show what the gate does not allow."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F
from django.db.models.expressions import Col, Expression

from antiphon.consent.core.forms.sql import NO_GRANT, allowed_sql
from antiphon.consent.core.permits import SITE
from antiphon.consent.core.purposes import BY_SLUG

_COVERED = (
    "EXISTS (SELECT 1 FROM consent_cover WHERE consent_cover.subject_id = {alias}.recording_id"
    " AND consent_cover.actor = %s AND consent_cover.purpose = %s"
    " AND consent_cover.starts_at <= %s AND consent_cover.ends_at > %s)"
)


class Allows(Expression):
    """True for a row of subjects that allows a use: `core.forms.sql` over its own columns, and grants beside them."""

    conditional = True

    def __init__(self, purpose: str, *, actor: str, known_actor: bool, at: datetime) -> None:
        super().__init__(output_field=BooleanField())
        self.purpose, self.actor, self.known_actor, self.at = purpose, actor, known_actor, at
        self.row: Any = F("recording_id")

    def get_source_expressions(self) -> list[Any]:
        return [self.row]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.row,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        assert isinstance(self.row, Col)  # noqa: S101  (resolved by the query)
        # An alias of a subquery is written as it is: PostgreSQL tells "U0" and U0 apart.
        alias = compiler.quote_name_unless_alias(self.row.alias)
        # Grants are looked for only where they can matter: this site has none to itself.
        covered = NO_GRANT if self.actor == SITE else _COVERED.format(alias=alias)
        made = allowed_sql(alias, self.purpose, actor=self.actor, known_actor=self.known_actor, covered=covered)
        if covered == NO_GRANT:
            return made.text, ()
        at = connection.ops.adapt_datetimefield_value(self.at)
        number = BY_SLUG[self.purpose].number if self.purpose in BY_SLUG else 0
        return made.text, (self.actor, number, at, at) * made.covered_times
