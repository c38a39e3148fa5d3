"""Everything outside the state, in one value."""

from dataclasses import dataclass

from bot.kernel.clock import Clock
from bot.kernel.db import Database
from bot.llm.model import LanguageModel
from bot.llm.prompts import Prompts
from bot.organisation import Organisation
from bot.slack.client import Slack
from bot.slack.commands import Words
from bot.webhooks import Webhooks


@dataclass(frozen=True)
class World:
    db: Database
    slack: Slack
    model: LanguageModel
    clock: Clock
    organisation: Organisation
    words: Words
    prompts: Prompts  # what the model can be asked, by task
    webhooks: Webhooks
