"""Nouns to draw and to decide about, made without a database; and the texts that are hardest to draw."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from slack_sdk.models.views import View

from bot.incidents.model import Incident, TimelineEntry
from bot.incidents.terms import Fact, Role, Roll, Severity, Status
from bot.kernel.ids import ChannelId, IncidentId, MessageTs, UserId
from bot.organisation import Organisation, RoleTerms, SeverityTerms
from bot.sandbox import blockkit
from bot.sandbox.blockkit import mrkdwn
from bot.slack.message import Message
from bot.slack.text import escape

ANA, BO, CY, DEE, ELI = (UserId(f"U0{name}") for name in ("ANA", "BO", "CY", "DEE", "ELI"))
NOW = datetime(2026, 3, 2, 14, 5, 12, tzinfo=UTC)
HIGHEST = IncidentId(2**31 - 1)
ADVISED = 4000  # characters of a message's text, by Slack

HOSTILE = "<!channel> <@U0BO> <!subteam^S0SRE> & <b> &amp; `code` *bold* _it_ ~x~ <https://evil.example|here> >"
RTL = "שלום \u0627\u0644\u0639 & <@U0BO> "
TEXTS: Mapping[str, Callable[[int], str]] = {
    "nothing": lambda limit: "x",
    "hostile": lambda limit: (HOSTILE * limit)[:limit],
    "all to escape": lambda limit: "&" * limit,
    "emoji": lambda limit: "🔥" * limit,
    "right to left": lambda limit: (RTL * limit)[:limit],
    "backticks": lambda limit: "`" * limit,
}
ROLLS: tuple[Roll, ...] = ({}, {Role.IC: ANA}, dict(zip(Role, (ANA, BO, CY, DEE, ELI), strict=True)))
DEFAULTS = Organisation.load(None)
ODD = DEFAULTS.model_copy(  # every word as long and as odd as its file may have it
    update={
        "severities": {
            key: SeverityTerms(
                name=HOSTILE[:40], meaning="&" * 75, first_update=timedelta(minutes=7), update_every=None,
                postmortem=True,
                page=False,
            )
            for key in DEFAULTS.severities
        },
        "roles": {key: RoleTerms(title=HOSTILE[:40], duties="•" * 2800) for key in DEFAULTS.roles},
    }
)  # fmt: skip


def called(user: UserId) -> str:
    """People may call themselves anything."""
    return HOSTILE


def incident(**given: Any) -> Incident:
    fields = {
        "id": IncidentId(42), "title": "Checkout errors", "severity": Severity.SEV2, "status": Status.ACTIVE,
        "declared_by": CY, "declared_at": NOW,
    }  # fmt: skip
    return Incident(**{**fields, **given})


def incidents(write: Callable[[int], str]) -> Iterator[Incident]:
    """One in every status and severity, young and old, public and private, each text as long as it may be."""
    for turn, (status, severity) in enumerate(product(Status, Severity)):
        is_old = turn % 2 == 0
        yield incident(
            id=HIGHEST, title=write(120), status=status, severity=severity, affected=write(2000) if is_old else "",
            impact=write(2000) if is_old else "", resolution=write(2000), last_update=escape(write(2000)),
            is_private=is_old, channel=ChannelId("C0INC") if is_old else None,
            merged_into=IncidentId(41) if status is Status.MERGED else None,
            resolved_at=NOW if status in (Status.RESOLVED, Status.CLOSED) else None,
            started_at=NOW if is_old else None, mitigated_at=NOW if is_old else None,
            next_update_due_at=NOW - timedelta(minutes=1) if is_old else NOW + timedelta(minutes=1),
        )  # fmt: skip


def entry(place: int, fact: Fact, by: UserId | None, text: str, details: dict[str, Any] | None = None) -> TimelineEntry:
    return TimelineEntry(
        incident_id=IncidentId(42), place=place, fact=fact, at=NOW, recorded_at=NOW, by=by, text=text,
        details=details or {},
    )  # fmt: skip


DETAILS: Mapping[Fact, dict[str, Any]] = {
    Fact.DECLARED: {"severity": "SEV2"},
    Fact.CHANNEL_OPENED: {"channel": "inc-42-checkout-errors"},
    Fact.ROLE_TAKEN: {"role": "ic", "to": ANA},
    Fact.ROLE_HANDED_OVER: {"role": "ic", "from": ANA, "to": BO},
    Fact.ROLE_LEFT: {"role": "ic", "from": BO},
    Fact.SEVERITY_CHANGED: {"from": "SEV2", "to": "SEV1"},
    Fact.MERGED: {"from": "INC-42", "to": "INC-41"},
    Fact.DETAILS_CHANGED: {"field": "impact"},
    Fact.TOLD_LOST: {"what": "pin its card"},
    Fact.MESSAGE_KEPT: {"app": HOSTILE},
    Fact.PAGE_ASKED: {"whom": HOSTILE},
    Fact.PAGED: {"to": BO, "level": 2, "round": 3, "policy": HOSTILE, "late_s": 720},
    Fact.PAGE_FAILED: {"whom": "#incidents", "level": 1, "policy": "default"},
    Fact.ACKNOWLEDGED: {"after_s": 130, "level": 1, "round": 1, "policy": "default"},
    Fact.WENT_SILENT: {"to": BO, "after_s": 1800},
}


def entries(count: int, write: Callable[[int], str]) -> list[TimelineEntry]:
    """Every fact in turn, some edited, some withdrawn, some told later, some by an app."""
    made = []
    for place in range(1, count + 1):
        fact = list(Fact)[place % len(Fact)]
        made.append(entry(place, fact, ANA if place % 2 else None, escape(write(2000)), DETAILS.get(fact)))
        if place % 4 == 0:
            made[-1].edit(escape(write(1999)), NOW, MessageTs("1700000000.000100"))
        if place % 5 == 0:
            made[-1].withdraw(NOW, "the message was deleted")
        if place % 7 == 0:
            made[-1].recorded_at = NOW + timedelta(hours=1)
            made[-1].permalink = "https://acme.slack.com/archives/C0INC/p1?thread_ts=1.0&cid=C0INC"
    return made


def meant(message: Message) -> mrkdwn.Mentions:
    """Whom a message that Slack takes as it is calls."""
    blocks = [block.to_dict() for block in message.blocks]
    assert blockkit.check_message_blocks(blocks) == []
    assert 0 < len(message.text) <= ADVISED
    for text in (message.text, *mrkdwn.mrkdwn_texts(blocks)):
        assert mrkdwn.unescaped(text) == [], text
    return mrkdwn.mentions(message.text, blocks)


def shown(view: View) -> mrkdwn.Mentions:
    """Whom a view that Slack takes as it is names. It calls nobody, but what goes in unescaped is wrong here too."""
    body = view.to_dict()
    assert blockkit.check_view(body) == []
    for text in mrkdwn.mrkdwn_texts(body["blocks"]):
        assert mrkdwn.unescaped(text) == [], text
    return mrkdwn.mentions("", body["blocks"])


def holders(roll: Roll) -> tuple[str, ...]:
    return tuple(roll.values())
