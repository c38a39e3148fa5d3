"""Names for the ids that travel through the code, so that one cannot be given for another."""

from typing import NewType

IncidentId = NewType("IncidentId", int)  # the incident's number too: what people say aloud
UserId = NewType("UserId", str)  # U… or W…
ChannelId = NewType("ChannelId", str)  # C…, G… or D…
MessageTs = NewType("MessageTs", str)  # Slack's "seconds.micros", unique in its channel
TeamId = NewType("TeamId", str)  # T…
EntryId = NewType("EntryId", int)  # a row of the timeline
CanvasId = NewType("CanvasId", str)  # F…: a canvas is a file
