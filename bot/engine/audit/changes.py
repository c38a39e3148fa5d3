"""Recording what an audit found; raising an alarm, and ending it."""

from collections.abc import Sequence

import structlog

from bot.engine.audit import queries
from bot.engine.audit.effects import ShowAuditAlarm
from bot.engine.audit.model import AuditAlarm
from bot.kernel.db import Transaction
from bot.kernel.finding import Finding

log = structlog.get_logger(__name__)


async def record_red(tx: Transaction, findings: Sequence[Finding]) -> None:
    """Owes the one message of a check that has stayed red."""
    await queries.one_at_a_time(tx)
    for finding in findings:
        alarm = await queries.alarm(tx, finding.name)
        if alarm is None:
            alarm = AuditAlarm(name=finding.name, what=finding.what, count=0, oldest_at=tx.now, incidents=[])
            tx.add(alarm)
        alarm.find(finding, await queries.public(tx, finding.incidents), tx.now)
        if alarm.is_due:
            alarm.raise_alarm(tx.now)
            log.error("audit_stays_red", check=alarm.name, count=alarm.count, seconds=finding.oldest.total_seconds())
            tx.owe(ShowAuditAlarm(check=alarm.name))


async def record_green(tx: Transaction, red: Sequence[Finding]) -> None:
    """Whatever else was red is over. Owes the edit of its message, if it has one."""
    await queries.one_at_a_time(tx)
    still = {finding.name for finding in red}
    for alarm in await queries.not_green(tx):
        if alarm.name not in still:
            if alarm.raised_at:
                log.warning("audit_green_again", check=alarm.name)
                tx.owe(ShowAuditAlarm(check=alarm.name))
            alarm.clear(tx.now)
