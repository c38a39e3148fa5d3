"""The bot as a process of its own, weighed: nothing of it shares an event loop with its Slack."""

import os
import time
from pathlib import Path

from tests.processes import BotProcess


class Weighed(BotProcess):
    """What it takes of the machine. Raises OSError on systems without /proc."""

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def timed_start(self) -> float:
        """Seconds from the start of the process to the first 200 of /readyz."""
        began = time.monotonic()
        await self.start()
        return time.monotonic() - began

    def resident_bytes(self) -> int:
        """RSS."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def worked_s(self) -> float:
        """Processor time so far, of all threads: the same however busy the machine is with other things."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
