"""Every table, for the migrations and the tests that compare them."""

from bot.catchup import model as catchup
from bot.engine.audit import model as audit
from bot.escalations import model as escalations
from bot.followups import model as followups
from bot.incidents import model as incidents
from bot.kernel import counter, delivery, effect
from bot.llm.ledger import model as ledger
from bot.people import model as people
from bot.postmortems import model as postmortems
from bot.reminders import model as reminders
from bot.similar import model as similar
from bot.transcript import model as transcript
from bot.updates import model as updates

ALL = (
    counter, delivery, effect, people, incidents, transcript, escalations, reminders, updates, followups, postmortems,
    audit, ledger, similar, catchup,
)  # fmt: skip
