"""Files of an incident, shared in its channel."""

from typing import Literal

from bot.incidents import export, queries
from bot.incidents.effects import HISTORY_LAG, OnIncident
from bot.kernel.effect import Attempt
from bot.slack.client import File
from bot.world import World


class ShareExport(OnIncident):
    """The timeline as a file in the incident's channel."""

    look_after = HISTORY_LAG
    what = "share the export"
    form: Literal["md", "json"]

    def lane(self) -> str:
        return f"incident:{self.incident}:files"

    async def run(self, world: World, attempt: Attempt) -> None:
        async with world.db.snapshot() as snap:
            incident = await queries.incident(snap, self.incident)
            record_of = await export.gather(snap, self.incident)
        if incident is None or incident.channel is None:
            return
        text = export.markdown(record_of, world.organisation) if self.form == "md" else export.json_text(record_of)
        file = File(f"{incident.name.lower()}-timeline.{self.form}", f"{incident.name} timeline", text)
        if not (attempt.uncertain and await world.slack.find_file(incident.channel, file.name, attempt.since)):
            await world.slack.upload(incident.channel, file)
