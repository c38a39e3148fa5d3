"""The door of this floor: posting an update."""

from slack_sdk.models.views import View

from bot.incidents import forms as incident_forms
from bot.incidents.asking import about, seen, states, words_of
from bot.incidents.rules import next_update_due
from bot.incidents.terms import LIVE
from bot.slack.commands import Where, Who, Word
from bot.slack.door import Door, Invocation, Submission
from bot.updates import changes, forms, views


def listen(door: Door) -> None:
    door.word(
        Word("update", "Post a status update, and say when the next one comes.", on_update, "[what people should know]",
             ("post",), Who.INSIDERS, Where.INCIDENT, label="Post update", in_states=states(*LIVE), on_card=True,
             rank=30)
    )  # fmt: skip
    door.form("update", on_update_form)


async def on_update(asked: Invocation) -> None:
    await asked.shows("Post an update", _writing(asked))


async def _writing(asked: Invocation) -> View:
    incident = await about(asked, "update")
    incident.require_live()
    now = asked.world.clock.now()
    due = next_update_due(asked.world.organisation, incident, now)
    helps = asked.world.words.filling("update")
    form = views.Form(incident, asked.world.organisation, due - now if due else None, helps)
    return views.form(form, await words_of(asked))


async def on_update_form(sent: Submission) -> None:
    number, said = incident_forms.incident(sent.carries), forms.Update.parse(sent.values, sent.carries)
    async with sent.world.db.transaction() as tx:
        await tx.once(sent.key)
        await seen(tx, number, sent.user)
        await changes.post(tx, sent.world.organisation, number, said, sent.user)
    await sent.close()
