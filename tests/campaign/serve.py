"""`python -m tests.campaign.serve SECONDS`: the bot as `tocsin serve` runs it, with a lease of so many seconds.

A lease is no setting: nobody who runs a bot has a reason to change it. Here it is short, so that a process can be
paused for longer than its lease within a test.
"""

import asyncio
import sys
from datetime import timedelta

from bot import logs
from bot.app import Outside, Tocsin
from bot.kernel.clock import SystemClock
from bot.running import decided, either, running, told_to_stop
from bot.settings import Settings
from bot.slack.pace import Limits


async def serve(lease: timedelta) -> None:
    settings = Settings.load(None)
    logs.set_up(settings.log_level, settings.log_format, hide=settings.secrets())
    outside = Outside(SystemClock(), Limits(), lease=lease)
    async with running(Tocsin(settings, decided(settings.tocsin_config), outside)) as bot:
        await either(told_to_stop(), bot.ended())


if __name__ == "__main__":
    asyncio.run(serve(timedelta(seconds=float(sys.argv[1]))))
