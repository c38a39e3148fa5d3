"""What the floors bring: what they listen to, what time has them do, what the auditor asks them."""

from bot.catchup import changes as catchup_changes
from bot.catchup import listeners as catchup
from bot.escalations import audit as escalation_audit
from bot.escalations import levels
from bot.escalations import listeners as escalations
from bot.followups import changes as followup_changes
from bot.followups import listeners as followups
from bot.home import listeners as home
from bot.incidents import listeners as incidents
from bot.kernel.finding import Check
from bot.kernel.sweep import Sweep
from bot.organisation import Organisation
from bot.people import listeners as people
from bot.postmortems import changes as postmortem_changes
from bot.postmortems import listeners as postmortems
from bot.postmortems import review
from bot.reminders import changes as reminder_changes
from bot.reminders import listeners as reminders
from bot.similar import changes as similar_changes
from bot.similar import listeners as similar
from bot.slack.door import Door
from bot.updates import changes as update_changes
from bot.updates import listeners as updates


def open_door() -> Door:
    """Everything that every floor listens to; the order is that of buttons and of the help text."""
    door = Door()
    people.listen(door)
    incidents.listen(door)
    updates.listen(door)
    reminders.listen(door)
    escalations.listen(door)
    postmortems.listen(door)
    similar.listen(door)
    followups.listen(door)
    catchup.listen(door)
    home.listen(door)
    return door


def sweeps(organisation: Organisation) -> tuple[Sweep, ...]:
    """The most urgent first."""
    return (
        *levels.sweeps(organisation), *reminder_changes.sweeps(organisation), *update_changes.SWEEPS,
        *postmortem_changes.SWEEPS, *review.sweeps(organisation), *followup_changes.sweeps(organisation),
        *similar_changes.SWEEPS, *catchup_changes.SWEEPS,
    )  # fmt: skip


def checks(organisation: Organisation) -> tuple[Check, ...]:
    """What the floors have the auditor ask, beside what it asks of the engine."""
    return (escalation_audit.check(organisation),)
