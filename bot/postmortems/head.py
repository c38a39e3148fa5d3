"""The line of a postmortem that says how it came about and how far it is."""

from bot.postmortems.markdown import literal
from bot.postmortems.model import Postmortem, PostmortemState

STATES = {
    PostmortemState.DRAFT: "Draft, not reviewed.",
    PostmortemState.IN_REVIEW: "In review.",
    PostmortemState.REVIEWED: "Reviewed, not published.",
    PostmortemState.PUBLISHED: "Published.",
    PostmortemState.SUPERSEDED: "Superseded: the incident was reopened.",
}


def document(postmortem: Postmortem) -> str:
    """The whole of it, as it is delivered."""
    title, _, rest = postmortem.markdown.partition("\n\n")
    why = literal(postmortem.no_model_because)
    how = f"Drafted by rules from the timeline; no AI was used: {why}."
    return f"{title}\n\n> **{STATES[postmortem.state]}** {how}\n{rest}"
