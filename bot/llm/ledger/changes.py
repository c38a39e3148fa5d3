"""Calls are written down after they were made, in the transaction of whoever made them."""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import timedelta

from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId
from bot.llm.ledger.model import ModelCall
from bot.llm.model import Call


def keep(tx: Transaction, incident: IncidentId | None, calls: Iterable[Call]) -> None:
    """An answer's calls, or those of a refusal: what was sent was sent. No incident: it was about several, or none."""
    for call in calls:
        sent = call.sent.encode()
        row = {
            "incident_id": incident, "task": call.task, "prompt_version": call.version, "model": call.model,
            "host": call.host, "rung": call.rung, "sent_sha256": hashlib.sha256(sent).hexdigest(),
            "sent": zlib.compress(sent), "tokens_in": call.tokens_in, "tokens_out": call.tokens_out,
            "cost": call.cost, "duration_ms": round(call.duration / timedelta(milliseconds=1)),
            "outcome": str(call.outcome), "at": tx.now,
        }  # fmt: skip
        tx.note(ModelCall, row)
