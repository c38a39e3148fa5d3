"""Telling other services how far a postmortem is, so that a wiki or a repository can be fed."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from bot.incidents.model import Incident
from bot.kernel.effect import Attempt
from bot.postmortems.effects_base import OnPostmortem
from bot.postmortems.head import document
from bot.postmortems.model import Postmortem, PostmortemState
from bot.world import World


class Event(StrEnum):
    """What a webhook may ask for."""

    DRAFTED = "postmortem.drafted"
    IN_REVIEW = "postmortem.in_review"
    REVIEWED = "postmortem.reviewed"
    PUBLISHED = "postmortem.published"


EVENTS = {
    PostmortemState.DRAFT: Event.DRAFTED, PostmortemState.IN_REVIEW: Event.IN_REVIEW,
    PostmortemState.REVIEWED: Event.REVIEWED, PostmortemState.PUBLISHED: Event.PUBLISHED,
}  # fmt: skip


class TellHooks(OnPostmortem):
    """Each address is an act of its own: one that is away holds up no other."""

    what = "tell other services of the postmortem"
    event: Event

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        urls = world.webhooks.wanting(self.event, is_private=found[0].is_private) if found else []
        async with attempt.settled() as tx:
            told = {"incident": self.incident, "postmortem": self.postmortem, "event": self.event}
            tx.owe(*(CallHook(url=url, **told) for url in urls))


class CallHook(OnPostmortem):
    what = "tell another service of the postmortem"
    event: Event
    url: str

    def lane(self) -> str:
        return f"hook:{urlsplit(self.url).hostname}:{self.incident}"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            found = await self.wanted(snap)
        if found:
            attempt.require_ours()
            await world.webhooks.call(self.url, attempt.key, payload(self.event, *found))
        async with attempt.settled():
            pass


def payload(event: Event, incident: Incident, postmortem: Postmortem) -> dict[str, Any]:
    """As documented in docs/webhooks.md. The document as it is now: it may have gone on since the event."""
    text = document(postmortem)
    return {
        "event": event.value,
        "incident": incident.model_dump(
            mode="json",
            include={"id", "title", "severity", "status", "declared_at", "mitigated_at", "resolved_at", "affected"},
        ),
        "postmortem": {
            "state": postmortem.state.value, "sha256": postmortem.content_hash, "markdown": text,
            "html": MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text),
        },
    }  # fmt: skip
