"""Replays: how people use Tocsin, said to a workspace that does not know it, and the sheet of how a replay went."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot import trying
from bot.app import Tocsin
from bot.engine import queries as engine
from bot.escalations import queries as escalations
from bot.escalations.model import Outcome
from bot.incidents import export, queries
from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Fact, Role
from bot.kernel.errors import Refused
from bot.kernel.ids import ChannelId
from bot.organisation import Organisation
from bot.postmortems import queries as postmortems
from bot.postmortems.model import Postmortem
from bot.sandbox.clock import Clock
from bot.sandbox.control_replay import FASTEST
from bot.sandbox.insight import Insight
from bot.sandbox.replay.customs import Custom, Customs, Deed
from bot.sandbox.replay.desk import Desk
from bot.sandbox.replay.planning import plan
from bot.sandbox.replay.player import App, Player
from bot.sandbox.replay.record import BadRecord, load
from bot.sandbox.server import Slack
from bot.slack.commands import COMMAND
from bot.slack.pace import Limits

RECORDS = Path(__file__).with_name("records")
LOOK_AGAIN_S = 0.1
LISTENERS_S = 15.0
DAY = timedelta(days=1)
RUN_UP = timedelta(seconds=30)  # before the first step
NOT_THERE = (Outcome.OWED, Outcome.FAILED)

CUSTOMS = Customs(
    deeds={
        Deed.DECLARE: Custom(
            f"{COMMAND} declare {{title}}",
            form="declare",
            fields={
                "title": "{title}",
                "severity": "{severity}",
                "affected": "{affected}",
                "impact": "{impact}",
            },
        ),
        Deed.ACK: Custom(f"{COMMAND} ack", button="word:ack"),
        Deed.ROLE: Custom(f"{COMMAND} {{role}}"),
        Deed.ASSIGN: Custom(f"{COMMAND} assign {{role}} @{{to}}"),
        Deed.SEVERITY: Custom(f"{COMMAND} severity {{severity}} {{text}}"),
        Deed.MITIGATE: Custom(f"{COMMAND} status mitigated {{text}}"),
        Deed.RESOLVE: Custom(
            f"{COMMAND} resolve",
            form="resolve",
            fields={"resolution": "{text}", "started": "{started}", "detected": "{detected}"},
        ),
        Deed.UPDATE: Custom(f"{COMMAND} update", form="update", fields={"message": "{text}"}),
        Deed.NOTE: Custom(f"{COMMAND} note {{about}}{{text}}"),
        Deed.COMMAND: Custom(f"{COMMAND} {{command}}"),
    },
    first_role=Role.IC.value,
    voice_role=Role.COMMS.value,
    reaction="pushpin",
    shortcut="add_to_timeline",
    shortcut_form=Custom("", form="keep", fields={"incident": "option:{title}"}),
)


def records() -> dict[str, Path]:
    """The records that come with Tocsin, by name."""
    return {file.stem: file for file in sorted(RECORDS.glob("*.json"))}


def known_to(bot: Tocsin) -> App:
    """What a player has to know of a running bot."""

    async def settle() -> None:
        await bot.listening.finished(LISTENERS_S)
        await bot.engine.idle()

    async def next_due() -> datetime | None:
        async with bot.db.snapshot() as snap:
            moments = [await sweep.next_due(snap) for sweep in bot.engine.sweeps]
            moments.append(await bot.outbox.next_due(snap))
            return min((moment for moment in moments if moment and moment > snap.now), default=None)

    return App(settle, next_due)


def seen_by(insight: Insight, clock: Clock) -> App:
    """The same of a bot in another process, as far as its database tells."""

    async def settle() -> None:
        # Another process writes what we read: nothing here can tell us that it changed.
        while any(one.due_at <= clock.now() for one in await insight.owed()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN_S)

    async def next_due() -> datetime | None:
        return next((due.at for due in await insight.due() if due.at > clock.now()), None)

    return App(settle, next_due)


def found(named: str) -> Path:
    """A record's file, or one that comes with Tocsin by its name. Raises Refused if there is no such thing, or it is no
    record."""
    file = records().get(named) or Path(named)
    if not file.exists():
        raise Refused(
            f"There is no record {named}. Give a file, or one of those that are here: {', '.join(records())}."
        )
    with refusing():
        plan(load(file), CUSTOMS)
    return file


def shortly_before(file: Path, now: datetime) -> datetime:
    """The last time before now at which a story could begin so that what it says of the time of day is true."""
    first = _first_moment(file)
    return first + (now - first) // DAY * DAY - RUN_UP


def desk(slack: Slack, app: App) -> Desk:
    """Replays can be led from the page from now on."""
    slack.replays = Desk(slack, CUSTOMS, app, records())
    return slack.replays


def begin(at: Desk, file: Path, speed: float | None) -> None:
    """Without a speed it waits for somebody to press play. Raises Refused."""
    if speed is not None and not 0 < speed <= FASTEST:
        raise Refused(f"--speed {speed:g} cannot be. Give a number from 1 to {FASTEST:g}.")
    with refusing():
        player = at.open(file)
    if speed:
        player.play(speed)
    else:
        player.pause()


@contextmanager
def refusing() -> Iterator[None]:
    """What is wrong with a record is the user's to mend."""
    try:
        yield
    except BadRecord as why:
        raise Refused(str(why)) from None


@dataclass(frozen=True)
class Checked:
    sheet: "Sheet"
    document: str


async def check(file: Path, decide: Callable[[Path | None], Organisation]) -> Checked:
    """Play a record from its first to its last step in its own time, and look at what became of it."""
    with trying.place(None, _first_moment(file) - RUN_UP) as place:
        await place.slack.start()
        try:
            async with trying.tocsin_in(place, decide, Limits.none(), "error") as bot:
                return await play(bot, place.slack, file)
        finally:
            await place.slack.stop()


async def play(bot: Tocsin, slack: Slack, file: Path) -> Checked:
    """The same with a bot and a workspace that are there already."""
    with refusing():
        player = Player(slack, load(file), CUSTOMS, known_to(bot), shift=timedelta(0))
    player.play_at_once()
    await player.finished()
    # Links lead into a workspace that is gone by the time anybody reads this.
    written = (await document(bot, player)).replace(slack.url, f"https://{slack.workspace.domain}.example")
    return Checked(await sheet(bot, slack, player), written)


def _first_moment(file: Path) -> datetime:
    return load(file).live[0].at


@dataclass(frozen=True)
class Sheet:
    """How a replay went. Times count from the alarm: the first alert of the record, or its own `detected_at`."""

    title: str
    times: dict[str, timedelta | None]
    violations: list[str]
    lost: list[str]  # steps, pages and effects that came to nothing
    doubled: list[str]  # what Slack got twice
    entries: int
    questions: int | None  # that the postmortem asks; None: there is no postmortem
    verified: int  # claims of the model; without one there are none

    @property
    def is_sound(self) -> bool:
        return not (self.violations or self.lost or self.doubled)

    def __str__(self) -> str:
        rows = [(name, _spoken(took)) for name, took in self.times.items()]
        rows += [("timeline entries", str(self.entries))]
        rows += [("questions of the postmortem", "no postmortem" if self.questions is None else str(self.questions))]
        rows += [("claims verified", str(self.verified))]
        named = {"violations of Slack's rules": self.violations, "lost": self.lost, "doubled": self.doubled}
        rows += [(name, str(len(found)) if found else "none") for name, found in named.items()]
        wide = max(len(name) for name, _ in rows)
        lines = [f"  {name:{wide}}  {said}" for name, said in rows]
        faults = [f"  {name}: {one}" for name, found in named.items() for one in found]
        return "\n".join([self.title, "", *lines, *([""] if faults else []), *faults]) + "\n"


async def sheet(bot: Tocsin, slack: Slack, player: Player) -> Sheet:
    """What was recorded, and what Slack saw of it."""
    violations = [f"{found.kind}: {found.detail}" for found in slack.journal.violations]
    lost = [f"{trouble.step.deed} by {trouble.step.who}: {trouble.why}" for trouble in player.troubles]
    async with bot.db.snapshot() as snap:
        room = player.room
        incident = await queries.in_channel(snap, ChannelId(room.id)) if room else None
        lost += [f"{kind}: never done" for kind in await engine.not_done(snap)]
        if incident is None:
            return Sheet(player.record.title, {}, violations, [*lost, "no incident was declared"], [], 0, None, 0)
        pages = await escalations.pages_in(snap, incident.id)
        entries = await queries.timeline(snap, incident.id)
        drafted = [one for one in await postmortems.all_of(snap, incident.id) if one.counts]
    lost += [f"page to {page.recipient}: {page.error or page.outcome}" for page in pages if page.outcome in NOT_THERE]
    return Sheet(
        f"{incident.name} {incident.title} ({player.record.slug})", _times(player, incident, entries),
        violations, lost, _doubled(slack), len(entries), _questions(drafted), 0,
    )  # fmt: skip


async def document(bot: Tocsin, player: Player) -> str:
    """The postmortem of the replayed incident, or its record where there is none."""
    if player.room is None:
        return ""
    async with bot.db.snapshot() as snap:
        incident = await queries.in_channel(snap, ChannelId(player.room.id))
        assert incident
        drafted = await postmortems.all_of(snap, incident.id)
        if drafted and drafted[0].is_written:
            return drafted[0].markdown
        return export.markdown(await export.gather(snap, incident.id), bot.world.organisation)


def _times(player: Player, incident: Incident, entries: Sequence[TimelineEntry]) -> dict[str, timedelta | None]:
    alarm = player.alarm + player.shift
    commands = (e for e in entries if e.fact is Fact.ROLE_TAKEN and e.details.get("role") == Role.IC.value)
    return {
        "time to declare": incident.declared_at - alarm,
        "time to acknowledge": _first(entries, Fact.ACKNOWLEDGED, alarm),
        "time to an Incident Commander": next((entry.recorded_at - alarm for entry in commands), None),
        "time to the first update": _first(entries, Fact.UPDATE_POSTED, alarm),
        "time to mitigate": incident.mitigated_at - alarm if incident.mitigated_at else None,
        "time to resolve": incident.resolved_at - alarm if incident.resolved_at else None,
    }


def _first(entries: Sequence[TimelineEntry], fact: Fact, alarm: datetime) -> timedelta | None:
    return next((entry.at - alarm for entry in entries if entry.fact is fact), None)


def _questions(drafted: list[Postmortem]) -> int | None:
    return next((one.questions for one in drafted if one.is_written), None)


def _doubled(slack: Slack) -> list[str]:
    """The bot marks what it posts with a key: two messages with one key are one too many."""
    keys: Counter[str] = Counter()
    for channel in slack.workspace.channels.values():
        for message in channel.messages.values():
            key = ((message.metadata or {}).get("event_payload") or {}).get("key")
            if key and message.user == slack.workspace.bot_user_id:
                keys[f"{key} in #{channel.name or channel.id}"] += 1
    return [key for key, times in keys.items() if times > 1]


def _spoken(took: timedelta | None) -> str:
    if took is None:
        return "never"
    seconds = round(took.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    spoken = f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60:02} s"
    return f"{spoken} before the alarm" if seconds < 0 else spoken
