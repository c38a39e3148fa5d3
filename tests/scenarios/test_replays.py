"""Incident records, played by the workspace's people with the real bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import replaying
from bot.incidents.terms import Status
from bot.organisation import ACME, Organisation
from bot.replaying import CUSTOMS, Checked, known_to
from bot.sandbox.replay.customs import Deed
from bot.sandbox.replay.player import Pace, Player
from bot.sandbox.replay.record import Record, load, read
from bot.slack.pace import Limits
from tests.conftest import SQLITE
from tests.stage import SOCKET, Stage, stage_of, with_api_url, words

RECORDS = replaying.records()
Opens = Callable[[Record], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def opens(new_database: Callable[[str], Awaitable[str]]) -> Opens:
    """A stage on which it is half a minute before a record begins."""

    @asynccontextmanager
    async def opened(record: Record) -> AsyncIterator[Stage]:
        start = record.live[0].at - timedelta(seconds=30)
        url = await new_database(SQLITE)
        stage = stage_of(url, SOCKET, organisation=Organisation.load(ACME), limits=Limits.none(), start=start)
        await stage.slack.start()
        stage.settings = with_api_url(stage.settings, stage.slack.api_url)
        await stage.start_bot()
        try:
            yield stage
            await stage.settle()
            violations, lost, undealt = stage.violations(), await stage.lost_effects(), await stage.undealt()
        finally:
            await stage.bot.stop()
            await stage.slack.stop()
        assert (violations, lost, undealt) == ([], [], [])

    return opened


async def test_a_bad_deploy_from_the_release_to_the_postmortem(opens: Opens) -> None:
    async with opens(load(RECORDS["bad-deploy"])) as stage:
        checked = await plays(stage, RECORDS["bad-deploy"])
        (incident,) = await stage.incidents()
        assert (incident.severity, incident.status) == ("SEV1", Status.RESOLVED)
        assert await stage.roll(incident) == {"ic": "U0ANA", "ops": "U0FAY", "comms": "U0DEE"}
        assert at(incident.mitigated_at) == "02:33:00"
        assert at(incident.resolved_at) == "03:02:00"
        assert at(incident.started_at) == "01:41:00"

        facts = await stage.facts(incident)
        assert facts.count("paged") == 2, "Ana answered before the next level's turn"
        assert facts.count("update_posted") == 3
        assert facts.index("acknowledged") < facts.index("role_taken") < facts.index("mitigated")
        kept = [entry.text for entry in await stage.timeline(incident) if entry.fact == "message_kept"]
        assert any("Northbank problem for now" in text for text in kept), "the wrong lead is part of the story"
        assert any("release 412 is live" in text for text in kept), "kept from a channel without the bot"
        (note,) = [entry for entry in await stage.timeline(incident) if entry.fact == "noted"]
        assert at(note.at) == "01:38:00", "the late note tells of the time of the release"
        assert "Northbank is not the cause" in checked.document
        assert checked.sheet.times["time to an Incident Commander"] == timedelta(minutes=5, seconds=30)
        assert checked.sheet.questions


async def test_a_provider_s_outage_with_a_raise_a_contradiction_and_a_late_note(opens: Opens) -> None:
    async with opens(load(RECORDS["provider-outage"])) as stage:
        await plays(stage, RECORDS["provider-outage"])
        (incident,) = await stage.incidents()
        assert (incident.severity, incident.status) == ("SEV2", Status.RESOLVED)
        assert await stage.roll(incident) == {"ic": "U0BO", "ops": "U0ANA", "comms": "U0DEE"}
        facts = await stage.facts(incident)
        assert facts.index("severity_changed") < facts.index("paged"), "a SEV3 wakes nobody at Acme"
        (note,) = [entry for entry in await stage.timeline(incident) if entry.fact == "noted"]
        assert (at(note.at), at(note.recorded_at)) == ("13:41:00", "16:10:00"), "told when all was over"
        kept = [entry.text for entry in await stage.timeline(incident) if entry.fact == "message_kept"]
        assert any("All systems operational" in text for text in kept)
        assert any("I believe our numbers" in text for text in kept)
        replies = [m for m in stage.room(incident).messages.values() if m.thread_ts and m.thread_ts != m.ts and m.user]
        assert any("half an hour after us" in words(reply) for reply in replies)


async def test_a_plain_record_replays_by_sensible_rules(opens: Opens) -> None:
    plain = read(
        {
            "slug": "plain", "title": "Search is down", "service": "search", "severity_guess": "SEV1",
            "resolved_at": "2026-05-01T10:30:00Z",
            "events": [
                event("e1", "10:00", "monitoring", "alert", "search: 5xx"),
                event("e2", "10:03", "on-call", "message", "Looking."),
                event("e3", "10:10", "on-call", "decision", "We restart the index."),
                event("e4", "10:12", "status page", "status", "Search is down; we restart it."),
                event("e5", "10:20", "on-call", "action", "Restarted."),
            ],
        }
    )  # fmt: skip
    async with opens(plain) as stage:
        player = of(stage, plain)
        await to_the_end(player)
        assert player.troubles == []
        (incident,) = await stage.incidents()
        assert incident.title == "Search is down"
        assert incident.status is Status.RESOLVED
        assert incident.resolution == "Restarted."
        assert set(await stage.roll(incident)) == {"ic", "comms"}
        facts = await stage.facts(incident)
        assert facts.count("message_kept") == 3
        assert facts.count("update_posted") == 1


async def test_nobody_answers_and_the_next_level_is_paged_at_its_moment(opens: Opens) -> None:
    told = read(
        {
            "slug": "silent", "title": "Nobody there",
            "events": [
                event("e1", "10:00", "cy", "declare", "", severity="SEV1"),
                event("e2", "10:30", "cy", "message", "Anybody?"),
            ],
        }
    )  # fmt: skip
    async with opens(told) as stage:
        await to_the_end(of(stage, told))
        (incident,) = await stage.incidents()
        paged = [(at(e.at), e.details["level"]) for e in await stage.timeline(incident) if e.fact == "paged"]
        assert paged[:3] == [("10:00:00", 1), ("10:00:00", 1), ("10:05:00", 2)]


async def test_a_person_takes_a_part_over_midway(opens: Opens) -> None:
    record = load(RECORDS["bad-deploy"])
    async with opens(record) as stage:
        player, ana = of(stage, record), stage.person("ana")
        await up_to(Deed.ROLE, player)
        player.take_over(ana.id)
        (incident,) = await stage.incidents()
        await player.step()
        assert await stage.roll(incident) == {}, "nobody takes command in Ana's place"
        assert [step.deed for step in player.passed] == [Deed.ROLE]
        await ana.types("/incident ops", stage.room(incident))
        await stage.settle()
        assert (await stage.roll(incident))["ops"] == ana.id
        await to_the_end(player)
        assert {step.who for step in player.passed} == {"ana"}
        assert (await stage.incident(incident.id)).status is Status.ACTIVE, "it was Ana's to resolve"


async def test_the_story_waits_for_who_took_over_the_declaration(opens: Opens) -> None:
    record = load(RECORDS["bad-deploy"])
    async with opens(record) as stage:
        player, cy = of(stage, record), stage.person("cy")
        player.take_over(cy.id)
        await to_the_end(player)
        assert player.pace is Pace.PAUSED
        assert turn_of(player) is Deed.DECLARE
        await stage.declares(cy, "Nobody can pay", "#payments", severity="SEV1")
        await up_to(Deed.ROLE, player)
        await player.step()
        (incident,) = await stage.incidents()
        assert incident.title == "Nobody can pay"
        assert await stage.roll(incident) == {"ic": stage.person("ana").id}, "the story went on in Cy's channel"


async def test_played_in_its_time_the_clock_goes_with_it(opens: Opens) -> None:
    record = load(RECORDS["bad-deploy"])
    async with opens(record) as stage:
        player = of(stage, record)
        player.play(3600)
        await stage.slack.waits_for(lambda: stage.slack.channel("alerts").messages if player.done > 1 else None)
        player.pause()
        await player.finished()
        assert stage.clock.speed == 0
        done = player.done
        assert stage.clock.now() >= player.due(player.steps[done - 1])
        await player.step()
        assert player.done == done + 1


async def test_what_could_not_be_done_is_on_the_sheet(opens: Opens) -> None:
    told = read(
        {
            "slug": "odd", "title": "Odd",
            "events": [
                event("e1", "10:00", "cy", "declare", "", severity="SEV3"),
                event("e2", "10:01", "cy", "message", "Hm.", channel="leadership"),
            ],
        }
    )  # fmt: skip
    async with opens(told) as stage:
        player = of(stage, told)
        await to_the_end(player)
        sheet = await replaying.sheet(stage.bot, stage.slack, player)
        assert not sheet.is_sound
        assert "say by cy" in str(sheet)


async def plays(stage: Stage, file: Path) -> Checked:
    checked = await replaying.play(stage.bot, stage.slack, file)
    assert checked.sheet.is_sound, str(checked.sheet)
    return checked


def of(stage: Stage, record: Record) -> Player:
    return Player(stage.slack, record, CUSTOMS, known_to(stage.bot), shift=timedelta(0))


def turn_of(player: Player) -> Deed | None:
    return player.next.deed if player.next else None


async def up_to(deed: Deed, player: Player) -> None:
    while turn_of(player) not in (deed, None):
        await player.step()


async def to_the_end(player: Player) -> None:
    player.play_at_once()
    await player.finished()


def event(name: str, at: str, who: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "at": f"2026-05-01T{at}:00Z", "who": who, "kind": kind, "text": text, **more}


def at(moment: Any) -> str:
    return f"{moment:%H:%M:%S}"
