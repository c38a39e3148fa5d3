"""Which language model there is."""

from bot.kernel.clock import Clock
from bot.llm.model import LanguageModel, NoModel
from bot.settings import NotConfigured, Settings


def choose(settings: Settings, clock: Clock) -> LanguageModel:
    """One that asks, if the settings say whom; else one that declines, and says why."""
    try:
        access = settings.for_asking()
    except NotConfigured as why:
        return NoModel(str(why))
    # Its SDK takes most of a second to load, and who has no model never needs it.
    from bot.llm.openai_model import OpenAIModel

    return OpenAIModel(access, clock)
