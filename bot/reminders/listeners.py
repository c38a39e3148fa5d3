"""The door of this floor: what a reminder's buttons say, which can be typed too."""

from bot.incidents.asking import about, done
from bot.incidents.rules import pace as pace_of
from bot.reminders import changes, forms
from bot.reminders.views import spoken
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation
from bot.slack.text import when


def listen(door: Door) -> None:
    inside = (Who.INSIDERS, Where.INCIDENT)
    # fmt: off
    door.word(Word("nothing-new", "Say that there is nothing new, in place of an update.", on_nothing_new, "",
                   ("nothing",), *inside))
    door.word(Word("still-going", "Say that it is still going.", on_still_going, "", ("going",), *inside))
    door.word(Word("snooze", "Put off the reminders that wait for an answer.", on_snooze, "[minutes]", (), *inside))
    door.word(Word("pace", "Change how often updates come.", on_pace, "[slow | normal]", ("cadence",), *inside))
    # fmt: on


async def on_nothing_new(asked: Invocation) -> None:
    incident = await about(asked, "nothing-new")
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        incident = await changes.nothing_new(tx, asked.world.organisation, incident.id, asked.user)
    due = incident.next_update_due_at
    coming = f"The next update is due {when(due)}." if due else "The next update comes when there is news."
    await done(asked, incident, f"Noted for {incident.name}: nothing new. {coming}")


async def on_still_going(asked: Invocation) -> None:
    incident = await about(asked, "still-going")
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.still_going(tx, incident.id, asked.user)
    await done(asked, incident, f"Noted: {incident.name} is still going.")


async def on_snooze(asked: Invocation) -> None:
    incident = await about(asked, "snooze")
    said = forms.Snooze.parse(asked.rest)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        await changes.snooze(tx, incident.id, said, asked.user)
    await done(asked, incident, f"Snoozed for {spoken(said.length)}. Any update or answer before then counts as well.")


async def on_pace(asked: Invocation) -> None:
    incident = await about(asked, "pace")
    to = forms.pace(asked.rest)
    async with asked.world.db.transaction() as tx:
        await tx.once(asked.key)
        incident = await changes.set_pace(tx, asked.world.organisation, incident.id, to, asked.user)
    every = pace_of(asked.world.organisation, incident)
    said = f"{incident.name}: an update every {spoken(every)}." if every else f"{incident.name}: when there is news."
    await done(asked, incident, said)
