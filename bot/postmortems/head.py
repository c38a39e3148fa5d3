"""The line of a postmortem that says how it came about and how far it is."""

from bot.postmortems.added import Added
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
    return f"{title}\n\n> **{STATES[postmortem.state]}** Drafted by rules from the timeline; {how(postmortem)}.\n{rest}"


def how(postmortem: Postmortem) -> str:
    """What a model had to do with it. Completes the sentence."""
    if postmortem.added is None:
        return f"no AI was used: {literal(postmortem.no_model_because)}"
    more = Added.model_validate(postmortem.added)
    prompts = literal(", ".join(more.prompts))
    words = [f"the model {literal(more.model)} added to it (prompts {prompts})", more.counted, more.read]
    if more.hidden:
        words.append(f"{sum(more.hidden.values())} secrets and names replaced before it read anything")
    if any(source.place is None for claim in more.claims for source in claim.sources):
        words.append("M1, M2, … are messages of the channel")
    for task, why in more.failed.items():
        words.append(f"{literal(task)} is missing: {literal(why)}")
    return "; ".join(words)
