"""Filing the words of what is over."""

from bot.incidents import export
from bot.incidents import queries as incidents
from bot.kernel.db import Transaction
from bot.kernel.ids import IncidentId
from bot.kernel.sweep import Sweep
from bot.postmortems import queries as postmortems
from bot.similar import queries, rules


async def file(tx: Transaction, row: int) -> None:
    number = IncidentId(row)
    incident = await incidents.at_hand(tx, number)
    if incident is None or not incident.unfiled or incident.resolved_at is None:
        return
    written = [one for one in await postmortems.all_of(tx, number) if one.counts]
    await queries.write(tx, rules.filed(await export.gather(tx, number), written[0].markdown if written else ""))
    incident.unfiled = False


SWEEPS = (Sweep("file what is over", queries.unfiled, file, queries.never),)
