"""What people see of a better title."""

from bot.catchup.model import TitleLook
from bot.catchup.titles import Poor, poor
from bot.incidents.model import Incident
from bot.slack.blocks import actions, button, context, section
from bot.slack.message import Message
from bot.slack.text import escape, isolate

NONE = "I know too little yet to suggest a better title. `/incident edit` changes it by hand."


def offer(incident: Incident, look: TitleLook, told: str) -> Message:
    why = poor(incident.title)
    reason = f"Its title {why.value}" if isinstance(why, Poor) else "Its title may say more"
    shown = [f"*Title:* {escape(isolate(look.title))}"]
    shown += [f"*Impact:* {escape(isolate(look.impact))}"] if look.impact else []
    return Message(
        f"A title for {incident.name} that says more: {escape(look.title)}",
        [
            section(f"{reason}: {escape(isolate(incident.title))}\nThis would tell others more:"),
            section("\n".join(shown)),
            actions(
                button("Use it", "word:suggest:use", f"{incident.id} use", style="primary"),
                button("Keep mine", "word:suggest:keep", f"{incident.id} keep"),
            ),
            context(f"{told} Only you see this. `/incident edit` changes it by hand."),
        ],
    )


def used(incident: Incident) -> str:
    return f"{incident.name} is called {escape(isolate(incident.title))} now."


def kept(incident: Incident) -> str:
    return f"{incident.name} stays {escape(isolate(incident.title))}. `/incident edit` changes it at any time."
