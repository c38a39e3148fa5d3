"""What goes wrong on purpose: refusals, lost answers, slowness, and gates that stop a call at a chosen point."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.sandbox.api.registry import Call

When = Literal["before", "after"]  # the side effect
Condition = Callable[["Call"], bool]


@dataclass(frozen=True)
class Fault:
    """What to do to a call. `after=True`: the side effect takes place, only its answer is spoilt."""

    kind: Literal["status", "error", "hang", "reset"]
    after: bool = False
    status_code: int = 200
    retry_after: int | None = None
    error_name: str = ""
    seconds: float = 0.0

    @classmethod
    def status(cls, code: int, *, retry_after: int | None = None, after: bool = False) -> "Fault":
        """Answer with this HTTP status. 429 says `ratelimited` and carries Retry-After (default 1)."""
        return cls("status", after, status_code=code, retry_after=retry_after)

    @classmethod
    def error(cls, name: str, *, after: bool = False) -> "Fault":
        """Answer 200 with `ok: false` and this error."""
        return cls("error", after, error_name=name)

    @classmethod
    def hang(cls, seconds: float, *, after: bool = False) -> "Fault":
        """Say nothing for so long; then hang up, or, after the effect, answer late."""
        return cls("hang", after, seconds=seconds)

    @classmethod
    def reset(cls, *, after: bool = False) -> "Fault":
        """Cut the connection."""
        return cls("reset", after)

    @property
    def when(self) -> When:
        return "after" if self.after else "before"

    def __str__(self) -> str:
        what = {"status": str(self.status_code), "error": self.error_name, "hang": f"{self.seconds:g} s"}
        return f"{self.kind} {what.get(self.kind, '')}".strip() + f" {self.when} the effect"


class Gate:
    """A call held at a point. It stays there until `release` (it goes on) or `drop` (its connection is cut)."""

    def __init__(self, method: str, when: When, condition: Condition | None) -> None:
        self.method, self.when, self._condition = method, when, condition
        self._reached = asyncio.Event()
        self._opened = asyncio.Event()
        self.dropped = False

    async def reached(self) -> None:
        """Wait until a call stands at the gate."""
        await self._reached.wait()

    def release(self) -> None:
        self._opened.set()

    def drop(self) -> None:
        """Let the call end here: what has not happened yet never does, and no answer is sent."""
        self.dropped = True
        self._opened.set()

    def holds(self, call: "Call") -> bool:
        if self._reached.is_set() or self.method not in ("*", call.name):
            return False
        return self._condition is None or self._condition(call)

    async def stand(self) -> None:
        self._reached.set()
        await self._opened.wait()

    async def __aenter__(self) -> "Gate":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()


@dataclass
class _Planned:
    method: str
    fault: Fault
    times: int
    condition: Condition | None


class Faults:
    """The switches. Methods are named as in the Web API; `upload` is the upload of a file; `*` is any."""

    def __init__(self) -> None:
        self._gates: list[Gate] = []
        self.clear()

    def clear(self) -> None:
        """Nothing goes wrong any more. Calls that stand at a gate go on."""
        for gate in self._gates:
            gate.release()
        self._gates = []
        self._planned: list[_Planned] = []
        self._standing: dict[str, _Planned] = {}
        self._latency: dict[str, float] = {}
        self.canvas_disabled = False  # an admin turned canvases off
        self.files_disabled = False  # … or file uploads
        self.free_plan = False  # no user groups; canvases only as the tab of a channel
        self.token_trouble: str | None = None  # "token_revoked", "account_inactive" …: told to every call

    def next(self, method: str, fault: Fault, *, times: int = 1, when: Condition | None = None) -> None:
        """Do this to the next `times` calls of the method (for which `when` holds)."""
        self._planned.append(_Planned(method, fault, times, when))

    def always(self, name: str, fault: Fault, *, when: Condition | None = None) -> None:
        """Do this to every call (for which `when` holds) until `no_longer(name)`."""
        self._standing[name] = _Planned("*", fault, 0, when)

    def no_longer(self, name: str) -> None:
        self._standing.pop(name, None)

    def latency(self, method: str, seconds: float) -> None:
        """Make each call of the method take so long: half before the effect, half after."""
        self._latency[method] = seconds

    def hold(self, method: str, *, after: bool = False, when: Condition | None = None) -> Gate:
        """Stop the next call of the method before or after its effect; see Gate."""
        gate = Gate(method, "after" if after else "before", when)
        self._gates.append(gate)
        return gate

    def take(self, call: "Call") -> Fault | None:
        """The fault planned for this call, if any; it is used up."""
        for planned in self._planned:
            if planned.method not in ("*", call.name) or (planned.condition and not planned.condition(call)):
                continue
            planned.times -= 1
            if planned.times <= 0:
                self._planned.remove(planned)
            return planned.fault
        return next((p.fault for p in self._standing.values() if not p.condition or p.condition(call)), None)

    def gate(self, call: "Call", when: When) -> Gate | None:
        return next((gate for gate in self._gates if gate.when == when and gate.holds(call)), None)

    async def linger(self, method: str) -> None:
        """Half of the method's latency, in real time."""
        seconds = self._latency.get(method, self._latency.get("*", 0.0)) / 2
        if seconds:
            await asyncio.sleep(seconds)
