"""Posting an update, and noticing that one is overdue."""

from bot.incidents import changes, ending, queries
from bot.incidents.effects import RefreshAnnouncement, RefreshCard
from bot.incidents.terms import Fact
from bot.incidents.timeline import record
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId, UserId
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.slack.text import escape
from bot.updates.effects import AnnounceUpdate, PostUpdate
from bot.updates.forms import Update
from bot.updates.model import StatusUpdate
from bot.updates.queries import newly_overdue, next_overdue


async def post(
    tx: Transaction, organisation: Organisation, number: IncidentId, said: Update, by: UserId
) -> StatusUpdate:
    """One object: what is said, and the status and severity that go with it. Moves the clock."""
    incident = await queries.locked(tx, number)
    incident.require_live()
    if said.severity and said.severity is not incident.severity:
        await changes.change_severity(tx, organisation, number, said.severity, by, "")
    if said.status and said.status is not incident.status:
        await ending.turn(tx, organisation, number, said.status, by, "")
    incident.expect_update(tx.now + said.next_in if said.next_in else None, tx.now)
    incident.last_update = escape(said.text)
    update = StatusUpdate(
        incident_id=number, text=said.text, status=incident.status, severity=incident.severity, by=by, at=tx.now,
        next_due_at=incident.next_update_due_at,
    )  # fmt: skip
    tx.add(update)
    await tx.session.flush()
    assert update.id
    record(tx, incident, Fact.UPDATE_POSTED, by, escape(said.text))
    tx.owe(PostUpdate(incident=number, update=update.id), RefreshCard(incident=number))
    if not incident.is_private and organisation.announce:
        tx.owe(RefreshAnnouncement(incident=number), AnnounceUpdate(incident=number, update=update.id))
    return update


async def show_overdue(tx: Transaction, row: int) -> None:
    """The card says that an update is overdue."""
    incident = await queries.at_hand(tx, IncidentId(row))
    due = incident.next_update_due_at if incident else None
    if incident and due and due <= tx.now and not incident.overdue_shown:
        incident.overdue_shown = True
        if incident.is_live:
            tx.owe(RefreshCard(incident=incident.id))


SWEEPS = (Sweep("update overdue", newly_overdue, show_overdue, next_overdue),)
