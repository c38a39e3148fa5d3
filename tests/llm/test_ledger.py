"""What was sent is kept, on both databases."""

import hashlib
import json
from collections.abc import AsyncIterator

import pytest

from bot.kernel.db import Database
from bot.kernel.ids import IncidentId
from bot.llm.answers import Overview
from bot.llm.ledger import changes, queries, views
from bot.llm.model import Asked, Declined, Rung
from bot.sandbox.clock import Clock
from tests.llm.conftest import KEY, MakeModel
from tests.model_server.server import ModelServer

OURS, OTHERS = IncidentId(7), IncidentId(8)


@pytest.fixture
async def db(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(database_url, clock)
    yield database
    await database.close()


async def test_whatever_was_sent_is_kept_word_for_word(
    db: Database, server: ModelServer, model_named: MakeModel, asked: Asked
) -> None:
    answer = await model_named("no_schema", price_in=1.0, price_out=1.0).complete(asked, Overview)
    with pytest.raises(Declined) as declined:
        await model_named("refusing").complete(asked, Overview)
    async with db.transaction() as tx:
        changes.keep(tx, OURS, answer.calls)
        changes.keep(tx, OURS, declined.value.calls)
        changes.keep(tx, OTHERS, answer.calls[:1])
        changes.keep(tx, None, answer.calls[:1])
    async with db.snapshot() as snap:
        kept = await queries.calls_about(snap, OURS)
    assert [call.outcome for call in kept] == ["failed", "answered", "refused"]
    assert [json.loads(call.words) for call in kept] == [body["messages"] for body in server.bodies]
    assert [call.sent_sha256 for call in kept] == [hashlib.sha256(call.words.encode()).hexdigest() for call in kept]
    failed, answered, _ = kept
    assert (failed.rung, failed.tokens_in, failed.cost) == (Rung.SCHEMA, None, None)
    assert (answered.rung, answered.tokens_in, answered.at) == (Rung.OBJECT, answer.calls[1].tokens_in, tx.now)
    assert answered.cost == pytest.approx(answer.calls[1].cost)
    assert len(answered.sent) < len(answered.words) / 1.5, "compressed"


async def test_people_can_read_it(db: Database, model_named: MakeModel, asked: Asked) -> None:
    answer = await model_named("good", price_in=1.0, price_out=1.0).complete(asked, Overview)
    async with db.transaction() as tx:
        changes.keep(tx, OURS, answer.calls)
    async with db.snapshot() as snap:
        told = views.report("INC-7", await queries.calls_about(snap, OURS))
        nothing = views.report("INC-8", await queries.calls_about(snap, OTHERS))
    assert nothing == "Nothing of INC-8 was sent to a model.\n"
    assert told.startswith("1 sent of INC-7.\n")
    assert "postmortem_overview@1 to good at 127.0.0.1:" in told
    assert f"\n[system]\n{asked.system}\n" in told
    assert f"\n[user]\n{asked.user}\n" in told
    assert "cost 0.00" in told
    assert KEY not in told
