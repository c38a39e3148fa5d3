"""What holds at every moment, asked of the database and of what stands in Slack."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from sqlmodel import col, select

from bot.escalations.model import Escalation, Outcome, Page
from bot.incidents.model import Incident, RoleHolding, TimelineEntry
from bot.incidents.terms import Fact
from bot.kernel.effect import OwedEffect, State
from tests.stage import Stage, words

SECRET = "Secret"  # in the title of each private incident


async def assert_sound(stage: Stage) -> None:
    async with stage.bot.db.snapshot() as snap:
        ask = snap.session.execute
        incidents = (await ask(select(Incident))).scalars().all()
        entries = (await ask(select(TimelineEntry).order_by(col(TimelineEntry.place)))).scalars().all()
        held = (await ask(select(RoleHolding).where(col(RoleHolding.until).is_(None)))).scalars().all()
        runs = (await ask(select(Escalation))).scalars().all()
        pages = (await ask(select(Page))).scalars().all()
        unpaid = (await ask(select(OwedEffect).where(col(OwedEffect.state) != State.DONE))).scalars().all()
    assert [(row.kind, row.state, row.last_error) for row in unpaid if row.state is not State.OWED] == []
    assert [row.kind for row in unpaid] == [], "something is owed still"
    holders = Counter((one.incident_id, one.role) for one in held)
    assert set(holders.values()) <= {1}, holders
    for incident in incidents:
        theirs = [entry for entry in entries if entry.incident_id == incident.id]
        assert [entry.place for entry in theirs] == list(range(1, len(theirs) + 1)), incident.name
        assert all(one.recorded_at <= after.recorded_at for one, after in pairwise(theirs)), incident.name
        if not incident.is_live:
            assert [run.id for run in runs if run.incident_id == incident.id and not run.is_over] == [], incident.name
        told = Counter(entry.fact for entry in theirs)
        sent = [page for page in pages if page.incident_id == incident.id and page.outcome is Outcome.ACCEPTED]
        assert told[Fact.PAGED] == len(sent), "each page that Slack took is on the timeline once"
    _assert_discreet(stage, incidents)
    assert stage.violations() == []


def _assert_discreet(stage: Stage, incidents: Sequence[Incident]) -> None:
    """A private title stands in its own channel and in the messages of those in it, and nowhere else."""
    private = {incident.title: incident for incident in incidents if incident.is_private}
    seen: dict[str, list[str]] = defaultdict(list)
    for place in stage.slack.workspace.channels.values():
        said = "\n".join(words(message) for message in place.messages.values() if not message.ephemeral_for)
        for title, incident in private.items():
            if title in said and place.id != incident.channel:
                room = stage.slack.channel(str(incident.channel))
                insiders = {*room.members, stage.slack.bot.id}
                if place.kind != "im" or not set(place.members) <= insiders:
                    seen[title].append(place.name)
    assert seen == {}
