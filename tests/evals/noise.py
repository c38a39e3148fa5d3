"""What else is said in an incident's channel: small talk, logs, alerts that repeat, and talk that is half to the
point. Made up, and the same for the same seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LINES = (
    "ok",
    "thanks",
    ":eyes:",
    "on it",
    "looking",
    "+1",
    "same here",
    "brb getting coffee",
    "who is on call for {thing}?",
    "can somebody add {name} to the call",
    "sorry, joining late, what do we know?",
    "is there a doc for this?",
    "my train leaves in {few} minutes, I can take over later",
    "lunch?",
    "audio is bad, please mute",
    "link to the call?",
    ":thread: please",
    "let us keep this channel for the incident",
    "noted",
    "good catch",
    "back",
    "still here",
)
HALF_RELEVANT = (
    "I see {many} requests in the queue of {thing}, is that normal?",
    "p99 of {thing} at {many} ms on my dashboard",
    "could it be the cache? it was slow last week too",
    "maybe {thing} is out of file handles, not sure",
    "{thing} looks fine from here",
    "the graph of {thing} dips at the same time, might be a coincidence",
    "a customer asks whether they should retry, what do we tell them?",
    "support has {few} new tickets about it",
    "I tried a restart on one node of {thing}, nothing changed",
    "we had something like this in spring, let me look it up",
    "error rate on my side about {pct} %, but the panel is delayed",
    "should we tell the account managers?",
    "no deploys from our team today",
    "the runbook of {thing} has a section on this, reading it",
    "who changed the dashboard? it shows nothing for {thing}",
    "I would wait {few} more minutes before touching {thing}",
    "retries of {thing} went from {few} to {many} a second",
    "disk on {thing} is at {pct} %, unrelated I think",
    "das sehe ich auch auf {thing}, aber nur kurz",
    "pareil ici, {few} erreurs puis plus rien",
)
LOGS = (
    (
        "```\n{n} ERROR upstream timed out (110) while reading response header, upstream: {thing}:{port}\n"
        "{n} ERROR again\n{n} WARN retrying in {few}s\n```"
    ),
    (
        "```\npanic: runtime error: index out of range [{few}] with length {few}\ngoroutine {n} "
        "[running]:\nmain.go:{port}\n```"
    ),
    "```\n  Name            Ready  Status   Restarts\n  {thing}-7d9f-{n}  0/1    Pending  {few}\n```",
)
ALERTS = (
    "[FIRING:{few}] HighLatency {thing} (p99 {many} ms > 800 ms)",
    "[RESOLVED] HighLatency {thing}",
    "ALERT {thing}: 5xx ratio {pct} % over 5 m",
    "Disk usage of {thing} at {pct} %",
)
APPS = ("Alertmanager", "Grafana", "Uptime Robot", "Sentry")
THINGS = (
    "ledger-api", "mailer", "search-proxy", "session-store", "thumbnailer", "billing-worker",
    "feature-flags", "geo-cache",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """`place`: where in the incident's time, from 0 to 1. `app`: which app wrote it, if no person did."""

    place: float
    text: str
    app: str | None = None
    is_answer: bool = False


def lines(count: int, seed: int, names: Sequence[str] = ()) -> list[Line]:
    """`names`: people who may be spoken of."""
    rng = random.Random(f"noise {seed} {count}")
    places = sorted(rng.random() for _ in range(count))
    return [_line(rng, place, names) for place in places]


def _line(rng: random.Random, place: float, names: Sequence[str]) -> Line:
    kind = rng.random()
    said = _filler(rng, names)
    if kind < 0.42:
        return Line(place, said(rng.choice(LINES)), is_answer=rng.random() < 0.3)
    if kind < 0.80:
        return Line(place, " ".join(_sentences(rng, said)), is_answer=rng.random() < 0.4)
    if kind < 0.85:
        return Line(place, said(rng.choice(LOGS)))
    return Line(place, said(rng.choice(ALERTS)), rng.choice(APPS))


def _sentences(rng: random.Random, said: Callable[[str], str]) -> Iterator[str]:
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        yield said(rng.choice(HALF_RELEVANT))


def _filler(rng: random.Random, names: Sequence[str]) -> Callable[[str], str]:
    def filled(text: str) -> str:
        return text.format(
            thing=rng.choice(THINGS), few=rng.randint(2, 9), many=rng.randint(1_000, 9_999), pct=rng.randint(5, 95),
            port=rng.randint(3000, 9999), n=rng.randint(10_000, 99_999), name=rng.choice(names or ["somebody"]),
        )  # fmt: skip

    return filled
