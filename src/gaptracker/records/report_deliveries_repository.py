"""Deliveries of reports: one row a report, channel and recipient; no address among them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gaptracker.domain.report_delivery import Channel, ReportDelivery, SendingState
from gaptracker.records import periodic_tables  # noqa: F401  it declares the table below
from gaptracker.records.database import POSTGRESQL
from gaptracker.records.plain_rows import plain_table
from gaptracker.records.tables import Row

DELIVERIES = plain_table(ReportDelivery, "report_delivery")
OPEN_ENDED = [SendingState.UNSURE.value, SendingState.REFUSED.value]


class ReportDeliveriesRepository:
    """What was sent to whom, kept for ever."""

    def __init__(self, session: Session) -> None:
        """Work inside a session that somebody else commits."""
        self._session = session

    def add_missing(self, deliveries: Sequence[ReportDelivery]) -> None:
        """Add those of which there is none of the same report, channel and recipient."""
        table = Row.metadata.tables[DELIVERIES.table.name]
        rows = [DELIVERIES.encode(each) for each in deliveries]
        if not rows:
            return
        if self._session.get_bind().dialect.name == POSTGRESQL:
            self._session.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
        else:
            self._session.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)

    def take(self, period: str, channel: Channel, recipient: str) -> ReportDelivery:
        """Load a delivery and keep others out until the transaction ends."""
        table = DELIVERIES.table
        query = select(table).where(
            table.c.period == period,
            table.c.channel == channel.value,
            table.c.recipient == recipient,
        )
        row = self._session.execute(query.with_for_update()).mappings().one()
        return DELIVERIES.decode(row)

    def load(self, periods: Sequence[str]) -> tuple[ReportDelivery, ...]:
        """Load every delivery of some periods, sorted by period, channel and recipient."""
        table = DELIVERIES.table
        query = (
            select(table)
            .where(table.c.period.in_(list(periods)))
            .order_by(table.c.period, table.c.channel, table.c.recipient)
        )
        return tuple(DELIVERIES.decode(row) for row in self._session.execute(query).mappings())

    def update(self, delivery: ReportDelivery) -> None:
        """Make a delivery's row exactly this one."""
        table = DELIVERIES.table
        self._session.execute(
            update(table)
            .where(
                table.c.period == delivery.period,
                table.c.channel == delivery.channel.value,
                table.c.recipient == delivery.recipient,
            )
            .values(**DELIVERIES.encode(delivery))
        )

    def send_again(self, period: str, now: datetime) -> int:
        """Let what is unsure or was refused be sent again; returns how many there were."""
        table = DELIVERIES.table
        stuck = and_(table.c.period == period, table.c.state.in_(OPEN_ENDED))
        values = {"state": SendingState.PENDING.value, "changed_at": now}
        done = self._session.execute(update(table).where(stuck).values(**values))
        return int(getattr(done, "rowcount", 0))
