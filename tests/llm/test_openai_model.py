"""Whatever a server does: an answer of the right shape, or a reason. The real SDK, over the wire."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.grounding.claims import Basis, Claim
from bot.kernel.clock import SystemClock
from bot.llm.answers import CatchUp, Overview
from bot.llm.model import ANSWERED, Asked, Declined, Kind, Rung
from bot.llm.openai_model import OpenAIModel
from bot.llm.prompts import Prompts
from bot.sandbox.clock import Clock
from tests.llm.conftest import KEY, PATIENCE, MakeModel, access
from tests.model_server.behaviours import BEHAVIOURS
from tests.model_server.server import ModelServer

SHORT = timedelta(seconds=0.6)
QUOTED = [
    Claim(cites=["E1"], text="checkout fails", basis=Basis.STATED),
    Claim(cites=["E2"], text="roll back", basis=Basis.STATED),
    Claim(cites=["M1"], text="it is back", basis=Basis.STATED),
]
# By the model's name: on which rung it answers, and how many requests that takes the first and the second time.
ANSWERING = {
    "good": (Rung.SCHEMA, 1, 1),
    "fenced": (Rung.SCHEMA, 1, 1),
    "thinking_aloud": (Rung.SCHEMA, 1, 1),
    "talkative": (Rung.SCHEMA, 1, 1),
    "without_count": (Rung.SCHEMA, 1, 1),
    "busy_once": (Rung.SCHEMA, 2, 1),
    "failing_once": (Rung.SCHEMA, 2, 1),
    "reset_once": (Rung.SCHEMA, 2, 1),
    "thinking": (Rung.SCHEMA, 2, 1),
    "thinking_in_silence": (Rung.SCHEMA, 2, 1),
    "new_limit": (Rung.SCHEMA, 2, 1),
    "no_temperature": (Rung.SCHEMA, 2, 1),
    "mismatch_once": (Rung.OBJECT, 2, 1),
    "no_schema": (Rung.OBJECT, 2, 1),
    "deaf": (Rung.OBJECT, 2, 1),
    "grammar": (Rung.OBJECT, 2, 1),
    "text_only": (Rung.TEXT, 3, 1),
    "picky": (Rung.TEXT, 5, 1),
}
# What it comes to, and after how many requests.
DECLINING = {
    "slow": (Kind.TIMEOUT, 1),
    "dripping": (Kind.TIMEOUT, 1),
    "truncated": (Kind.CUT_SHORT, 1),
    "refusing": (Kind.REFUSED, 1),
    "filtered": (Kind.REFUSED, 1),
    "filtered_question": (Kind.REFUSED, 1),
    "no_choices": (Kind.FAILED, 1),
    "null_choices": (Kind.FAILED, 1),
    "no_message": (Kind.FAILED, 1),
    "error_in_200": (Kind.FAILED, 1),
    "html": (Kind.FAILED, 1),
    "broken_json": (Kind.FAILED, 1),
    "prose": (Kind.UNUSABLE, 2),
    "silent": (Kind.UNUSABLE, 2),
    "mismatch": (Kind.UNUSABLE, 2),
    "contrary": (Kind.FAILED, 2),
    "unauthorized": (Kind.MISCONFIGURED, 1),
    "forbidden": (Kind.MISCONFIGURED, 1),
    "missing": (Kind.MISCONFIGURED, 1),
    "unknown": (Kind.MISCONFIGURED, 1),
    "moved": (Kind.MISCONFIGURED, 1),
    "busy": (Kind.BUSY, 2),
    "busy_for_long": (Kind.BUSY, 1),
    "quota": (Kind.QUOTA, 1),
    "unpaid": (Kind.QUOTA, 1),
    "failing": (Kind.FAILED, 2),
    "bad_gateway": (Kind.FAILED, 2),
    "reset": (Kind.UNREACHABLE, 2),
    "too_long": (Kind.TOO_LONG, 1),
    "too_long_there": (Kind.TOO_LONG, 1),
    "too_large": (Kind.TOO_LONG, 1),
}
ELSEWHERE = {"lying", "blaming", "injected", "cutting"}


def test_every_behaviour_is_met_here() -> None:
    assert {*ANSWERING, *DECLINING, *ELSEWHERE} - {"unknown"} == set(BEHAVIOURS)


@pytest.mark.parametrize("name", ANSWERING)
async def test_a_server_that_can_answer_does_whatever_way_it_wants_to_be_asked(
    server: ModelServer, model_named: MakeModel, asked: Asked, name: str
) -> None:
    rung, first, then = ANSWERING[name]
    model = model_named(name, temperature=0.2)
    for requests in (first, then):
        server.asked.clear()
        answer = await model.complete(asked, Overview)
        assert answer.value == Overview(summary=QUOTED, impact=QUOTED)
        assert (answer.rung, len(server.asked), len(answer.calls)) == (rung, requests, requests)
        assert answer.calls[-1].outcome == ANSWERED
        assert answer.tokens_in > 500 < answer.duration / timedelta(microseconds=1)


@pytest.mark.parametrize("name", DECLINING)
async def test_a_server_that_cannot_answer_is_a_reason(
    server: ModelServer, model_named: MakeModel, asked: Asked, name: str
) -> None:
    kind, requests = DECLINING[name]
    with pytest.raises(Declined) as declined:
        await model_named(name, timeout=SHORT if name in {"slow", "dripping"} else timedelta(seconds=5)).complete(
            asked, Overview
        )
    assert declined.value.kind is kind
    assert len(server.asked) == len(declined.value.calls) == requests
    assert ANSWERED not in [call.outcome for call in declined.value.calls] or kind is Kind.UNUSABLE
    reason = declined.value.reason
    assert str(declined.value) == reason
    assert reason[0].islower()
    assert not reason.endswith(".")
    assert not any(word in reason for word in ("checkout", KEY, "Bearer", "Welcome", "http"))
    assert declined.value.__suppress_context__


async def test_nobody_listens(clock: Clock, asked: Asked) -> None:
    async with ModelServer() as gone:
        pass
    model = OpenAIModel(access(gone.base_url, "good"), clock, PATIENCE)
    with pytest.raises(Declined) as declined:
        await model.complete(asked, Overview)
    assert (declined.value.kind, len(declined.value.calls)) == (Kind.UNREACHABLE, 2)
    await model.close()


async def test_a_request_asks_for_nothing_that_not_every_server_knows(
    server: ModelServer, model_named: MakeModel, asked: Asked
) -> None:
    await model_named("good").complete(asked, Overview)
    (sent,) = server.asked
    assert sent.path == "/v1/chat/completions"
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert set(sent.body) == {"model", "messages", "max_tokens", "stream", "response_format"}
    assert [message["role"] for message in sent.body["messages"]] == ["system", "user"]
    assert sent.body["max_tokens"] == asked.max_output_tokens
    held = sent.body["response_format"]["json_schema"]
    assert (held["name"], held["strict"], held["schema"]["additionalProperties"]) == ("Overview", True, False)
    assert list(held["schema"]["$defs"]["Claim"]["properties"]) == ["cites", "text", "basis"]


async def test_a_server_of_one_s_own_needs_no_key(server: ModelServer, model_named: MakeModel, asked: Asked) -> None:
    await model_named("good", api_key=None).complete(asked, Overview)
    assert server.asked[0].headers["authorization"] == "Bearer not-needed"


async def test_the_model_is_shown_its_fault_once(server: ModelServer, model_named: MakeModel, asked: Asked) -> None:
    with pytest.raises(Declined):
        await model_named("mismatch").complete(asked, Overview)
    first, second = server.bodies
    assert second["messages"][0] == first["messages"][0]
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "user"]
    shown = second["messages"][3]["content"]
    assert "summary: Input should be a valid list" in shown
    assert "impact: Field required" in shown


async def test_what_came_late_is_not_held_against_a_model_that_was_slow_for_its_asker(
    server: ModelServer, model_named: MakeModel, asked: Asked
) -> None:
    model = model_named("slow")
    in_haste = Asked(asked.task, asked.version, asked.system, asked.user, 100, within=timedelta(seconds=0.05))
    for _ in range(4):
        with pytest.raises(Declined, match=r"within 0\.05 s"):
            await model.complete(in_haste, Overview)
    assert model.unavailable() is None


async def test_four_questions_at_once_and_a_person_waits_behind_none(
    server: ModelServer, model_named: MakeModel, asked: Asked, shipped: Prompts
) -> None:
    model = model_named("slow")
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(model.complete(asked, Overview)) for _ in range(9)]
    await server.has_under_way(4)
    catchup = shipped["catchup"].ask({"incident": "", "entries": "", "since": ""})
    tasks.append(asyncio.create_task(model.complete(catchup, CatchUp)))
    await server.has_under_way(5)
    assert [body["response_format"]["json_schema"]["name"] for body in server.bodies][4:] == ["CatchUp"]
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(why, asyncio.CancelledError) for why in ended), "whoever is stopped stops"


async def test_whoever_waited_asks_in_the_manner_that_was_learned_meanwhile(
    server: ModelServer, model_named: MakeModel, asked: Asked
) -> None:
    model = model_named("no_schema")
    answers = await asyncio.gather(*(model.complete(asked, Overview) for _ in range(12)))
    assert [answer.rung for answer in answers] == [Rung.OBJECT] * 12
    assert len([body for body in server.bodies if body.format == "json_schema"]) <= 7


async def test_a_model_that_fails_three_times_is_left_alone_for_a_while(
    server: ModelServer, model_named: MakeModel, asked: Asked, clock: Clock
) -> None:
    model = model_named("failing")
    for _ in range(3):
        assert model.unavailable() is None
        with pytest.raises(Declined):
            await model.complete(asked, Overview)
        clock.jump(timedelta(minutes=4))
    assert model.unavailable(), "three within ten minutes"
    requests = len(server.asked)
    with pytest.raises(Declined, match=r"\(500\), so it is left alone for 1 more min") as declined:
        await model.complete(asked, Overview)
    assert (declined.value.kind, declined.value.calls) == (Kind.RESTING, ())
    clock.jump(timedelta(minutes=2))
    assert model.unavailable() is None
    with pytest.raises(Declined):
        await model.complete(asked, Overview)
    assert model.unavailable(), "on trial, one failure is enough"
    assert len(server.asked) == requests + 2


async def test_three_failures_far_apart_are_no_reason_to_leave_it_alone(
    model_named: MakeModel, asked: Asked, clock: Clock
) -> None:
    model = model_named("failing")
    for _ in range(4):
        with pytest.raises(Declined):
            await model.complete(asked, Overview)
        assert model.unavailable() is None
        clock.jump(timedelta(minutes=6))


@pytest.mark.parametrize(("name", "rests"), [("quota", True), ("unauthorized", True), ("refusing", False)])
async def test_what_somebody_must_mend_is_not_tried_again_at_once(
    model_named: MakeModel, asked: Asked, name: str, rests: bool
) -> None:
    model = model_named(name)
    for _ in range(1 if rests else 4):
        with pytest.raises(Declined):
            await model.complete(asked, Overview)
    assert (model.unavailable() is not None) == rests


async def test_a_record_that_cannot_fit_is_not_sent(server: ModelServer, model_named: MakeModel, asked: Asked) -> None:
    with pytest.raises(Declined) as declined:
        await model_named("good", context_tokens=1500).complete(asked, Overview)
    assert (declined.value.kind, declined.value.calls, server.asked) == (Kind.TOO_LONG, (), [])


def long(asked: Asked, tokens: int) -> Asked:
    more = "\n".join(f"E{n} | 13:45Z | message | nothing new on this side of it" for n in range(tokens // 15))
    return Asked(asked.task, asked.version, asked.system, f"{asked.user}\n{more}", 500)


@pytest.mark.parametrize(("tokens", "is_cut"), [(500, False), (2000, False), (7000, True), (20_000, True)])
async def test_a_record_that_a_server_cuts_without_a_word_is_noticed(
    server: ModelServer, model_named: MakeModel, asked: Asked, tokens: int, is_cut: bool
) -> None:
    model = model_named("cutting")
    for _ in range(3):
        await model.complete(asked, Overview)
    if not is_cut:
        await model.complete(long(asked, tokens), Overview)
        return
    with pytest.raises(Declined, match="cut off a part of the record") as declined:
        await model.complete(long(asked, tokens), Overview)
    assert declined.value.kind is Kind.TOO_LONG
    assert [call.tokens_in for call in declined.value.calls] == [4096]


async def test_the_estimate_learns_from_what_is_counted(model_named: MakeModel, asked: Asked) -> None:
    model = model_named("good")
    text = asked.system + asked.user
    assert model.tokens(text) == pytest.approx(len(text.encode()) / 3.5 * 1.1, rel=0.01)
    await model.complete(asked, Overview)
    assert model.tokens(text) == pytest.approx(len(text.encode()) / 4 * 1.1, rel=0.01)


async def test_what_was_sent_is_in_the_answer_word_for_word(
    server: ModelServer, model_named: MakeModel, asked: Asked
) -> None:
    answer = await model_named("no_schema", price_in=0.5, price_out=2.0).complete(asked, Overview)
    refused, answered = answer.calls
    assert (refused.outcome, refused.rung, refused.tokens_in, refused.cost) == (Kind.FAILED, Rung.SCHEMA, None, None)
    assert (answered.task, answered.version, answered.model) == ("postmortem_overview", "1", "no_schema")
    assert answered.host == f"127.0.0.1:{server.port}"
    assert answered.tokens_in
    assert answered.tokens_out
    assert answered.cost == pytest.approx((answered.tokens_in * 0.5 + answered.tokens_out * 2) / 1e6)
    for call, body in zip(answer.calls, server.bodies, strict=True):
        assert all(message["content"] in decoded(call.sent) for message in body["messages"])


def decoded(sent: str) -> list[str]:
    return [message["content"] for message in json.loads(sent)]


async def test_a_door_that_is_closed_sends_nothing(server: ModelServer, model_named: MakeModel, asked: Asked) -> None:
    model = model_named("good")
    await model.close()
    with pytest.raises(Declined) as declined:
        await model.complete(asked, Overview)
    assert (declined.value.kind, server.asked) == (Kind.STOPPING, [])


async def test_logs_carry_neither_keys_nor_what_was_sent_or_said(
    model_named: MakeModel, asked: Asked, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("good", "unauthorized", "mismatch", "failing", "refusing"):
        try:
            await model_named(name).complete(asked, Overview)
        except Declined:
            continue
    written = caplog.text + capsys.readouterr().out
    assert "model_answered" in written
    assert "model_call_failed" in written
    assert not any(word in written for word in (KEY, "Bearer", "checkout", "roll back", "all is well", "cannot help"))


async def test_a_slow_model_is_waited_for_no_longer_than_was_said(model_named: MakeModel, asked: Asked) -> None:
    clock = SystemClock()
    for name in ("slow", "dripping"):
        before = clock.seconds()
        with pytest.raises(Declined, match=r"within 0\.6 s"):
            await model_named(name, timeout=SHORT).complete(asked, Overview)
        assert clock.seconds() - before < 2


async def test_whatever_a_model_says_goes_through(model_named: MakeModel, asked: Asked) -> None:
    """Whether it is true is for others to find out."""
    said: dict[str, Any] = {}
    for name in ("lying", "blaming", "injected"):
        said[name] = (await model_named(name).complete(asked, Overview)).value.summary[0].text
    assert "zorgblatt" in said["lying"]
    assert "human error" in said["blaming"]
    assert "<!channel>" in said["injected"]
