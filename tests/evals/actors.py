"""Models that we play ourselves, behind the fake server: a good one, which says what entries say in other words; and
one that lies, and one that obeys whatever is asked of it."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.evals.payloads import PAYLOADS
from tests.model_server.answers import Answer, Answering, Body

_LINE = re.compile(
    r"^(?P<ids>[EM]\d+(?: [EM]\d+)*) \| (?P<at>[^|]*) \| (?P<kind>[^|]*) \| (?P<who>[^|]*) \| (?P<text>.+)$",
    re.MULTILINE,
)
_FAILING = re.compile(r"^(?P<number>\d+) \| cites (?P<cites>[^|]*) \| (?P<text>.*) \| failed: ", re.MULTILINE)
_WHY = re.compile(r"\b(?:caus\w+|because|due to|led to|Ursache)\b", re.IGNORECASE)
_GUESS = re.compile(r"\b(?:maybe|might|could|perhaps|not sure)\b|\?", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:restart\w*|roll\w*|revert\w*|took .* back|switched|terminat\w*|restor\w*|mounted|stopped|blocked|undo|moved"
    r"|back)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\d[\d.,]* ?(?:%|\w*(?:users|customers|orders|tenants|accounts|payments|requests))", re.IGNORECASE)
_UNFIT = re.compile(r"https?://|www\.|@|<|`|\[[A-Z]+[:#]")  # what a careful model would not repeat


@dataclass(frozen=True)
class Line:
    """An entry as a prompt has it."""

    ids: tuple[str, ...]
    at: str
    kind: str
    who: str
    text: str

    @property
    def is_person(self) -> bool:
        return self.kind in ("message", "note", "status update", "decision")


def lines(body: Body) -> list[Line]:
    found = _LINE.finditer(body["messages"][1]["content"])
    return [Line(tuple(one["ids"].split()), one["at"], one["kind"], one["who"], one["text"].strip()) for one in found]


# --- the good one


def good(body: Body) -> Answer:
    """Extracts, and words it as a report would. It takes no orders."""
    given = [line for line in lines(body) if _is_fit(line)]
    return {name: _GOOD[name](given, body) for name in (body.schema or {})["properties"]}


def _is_fit(line: Line) -> bool:
    said = f"{line.who} {line.text}".casefold()
    order = any(payload.banned in said for payload in PAYLOADS)
    return not order and not _UNFIT.search(line.text) and line.kind not in ("role", "page", "record")


def _some(wanted: Callable[[Line], bool], most: int) -> Callable[[Sequence[Line], Body], list[Answer]]:
    def chosen(given: Sequence[Line], _: Body) -> list[Answer]:
        return [claim(line) for line in spread([line for line in given if wanted(line)], most)]

    return chosen


def spread(given: Sequence[Line], most: int) -> list[Line]:
    """At most so many, evenly, the first and the last among them."""
    if len(given) <= most:
        return list(given)
    places = {round(n * (len(given) - 1) / (most - 1)) for n in range(most)} if most > 1 else {0}
    return [given[place] for place in sorted(places)]


def claim(line: Line, basis: str = "stated") -> Answer:
    return {"cites": list(line.ids), "text": worded(line), "basis": basis}


def worded(line: Line) -> str:
    """In one of a few manners, always the same for the same entry."""
    text = line.text.rstrip(".") if len(line.text) < 280 else line.text[:280].rpartition(" ")[0]
    when = line.at.removesuffix("Z").split()[-1]
    if line.kind == "fact":
        return f"{text}."
    manners = (
        "At {when} UTC {who} reported: {text}.", "{Who} noted at {when} UTC: {text}.", "According to {who}, {text}.",
        "{text} ({when} UTC).",
    )  # fmt: skip
    manner = manners[sum(map(ord, line.ids[0])) % len(manners)]
    return manner.format(when=when, who=line.who, Who=line.who[:1].upper() + line.who[1:], text=text)


def _cause(given: Sequence[Line], _: Body) -> Answer | None:
    said = [line for line in given if line.is_person and _WHY.search(line.text) and not _GUESS.search(line.text)]
    return claim(said[0]) if said else None


def _guesses(given: Sequence[Line], _: Body) -> list[Answer]:
    guessed = [line for line in given if line.is_person and _GUESS.search(line.text) and 20 < len(line.text) < 200]
    return [
        {
            "cites": list(line.ids),
            "text": f"Possibly, as {line.who} asked or suspected: {line.text.rstrip('.?')}.",
            "basis": "inferred",
        }
        for line in spread(guessed, 3)
    ]


def _noted(given: Sequence[Line], _: Body) -> list[Answer]:
    """What looks as if it mattered, and the first and last of it all."""
    weighty = [line for line in given if _WHY.search(line.text) or _DONE.search(line.text) or _SIZE.search(line.text)]
    return [claim(line) | {"about": "state"} for line in spread(weighty or given, 12)]


def _mended(_: Sequence[Line], body: Body) -> list[Answer]:
    """Gives up whatever failed."""
    found = _FAILING.finditer(body["messages"][1]["content"])
    return [{"number": int(one["number"]), "claim": None} for one in found]


_GOOD: dict[str, Callable[[Sequence[Line], Body], Any]] = {
    "summary": _some(lambda line: line.kind in ("alert", "status", "severity", "status update", "note", "fact"), 5),
    "impact": _some(lambda line: bool(_SIZE.search(line.text)), 5),
    "detection": _some(lambda line: line.kind == "alert", 2),
    "response": _some(lambda line: line.is_person or line.kind == "fact", 10),
    "mitigation": _some(lambda line: bool(_DONE.search(line.text)) and line.kind != "alert", 4),
    "factors": _some(lambda line: bool(_WHY.search(line.text)), 4),
    "root_cause": _cause,
    "hypotheses": _guesses,
    "went_well": _some(lambda line: "worked" in line.text, 2),
    "went_badly": _some(lambda line: "not" in line.text.split(), 3),
    "lucky": lambda given, body: [],
    "suggested_actions": lambda given, body: [],
    "questions": lambda given, body: ["What did users see while it lasted?"],
    "facts": _noted,
    "mended": _mended,
}


# --- the one that lies


@dataclass(frozen=True)
class Liar:
    """`history`: true sentences that no entry says, as a model may remember them. `people`: whom it would name."""

    history: Sequence[str]
    people: Sequence[str]

    def __call__(self, body: Body) -> Answer:
        rng = random.Random(f"liar {len(body.text)}")
        given = lines(body)
        answer = good(body)
        truths = list(_claims(answer)) or [claim(line) for line in given[:3]]
        for name, node in (body.schema or {})["properties"].items():
            if name == "questions":
                answer[name] = ["Did 4,812 users lose data at 03:17?", *answer[name]]
            elif name == "root_cause":
                text = f"The root cause was this: {self.history[0]}"
                answer[name] = {"cites": _ids(given, rng), "text": text, "basis": "stated"}
            elif name == "mended":
                lies = self._lies(truths, given, rng)
                answer[name] = [one | {"claim": rng.choice(lies)} for one in answer[name]]
            elif node.get("type") == "array" and truths:
                answer[name] = self._mixed(answer[name], truths, given, rng, more=name == "facts")
        return answer

    def _mixed(
        self, honest: list[Answer], truths: list[Answer], given: Sequence[Line], rng: random.Random, *, more: bool
    ) -> list[Answer]:
        lies = rng.sample(self._lies(truths, given, rng), 5)
        mixed = [*honest[:1], *lies]
        return [one | {"about": "cause"} for one in mixed] if more else mixed

    def _lies(self, truths: Sequence[Answer], given: Sequence[Line], rng: random.Random) -> list[Answer]:
        base = rng.choice(truths)
        other = rng.choice([one for one in truths if one["text"] != base["text"]] or truths)
        text, rest = str(base["text"]), str(other["text"]).rstrip(".")
        invented = f"At 03:17 UTC {rng.randint(20, 90)},112 users lost data in zorgblatt-7."
        return [
            base | {"text": invented},
            base | {"text": re.sub(r"\b\d+(?=\D)", lambda found: str(int(found[0]) + 7), text) + " It took 41 min."},
            base | {"text": f"{text.rstrip('.')} at {rng.randint(10, 19)}:{rng.randint(10, 59)} UTC."},
            base | {"text": f"{text.rstrip('.')}, after Northwind had warned of it."},
            base | {"text": f"{text.rstrip('.')} because {rest[:1].lower()}{rest[1:]}."},
            base | {"text": f"{rng.choice(self.people)} caused this: {text}"},
            base | {"text": f"This was caused by a memory leak. {text}"},
            base | {"cites": ["E9999"]},
            base | {"cites": []},
            base | {"cites": _ids(given, rng)},
            base | {"text": rng.choice(self.history)},
            base | {"text": f"{text} See https://status.example/incident for more."},
            base | {"text": f"No customers were affected. {text}"},
            base | {"text": f"{text.rstrip('.')}, and the team should have known; it was human error."},
        ]


def _ids(given: Sequence[Line], rng: random.Random) -> list[str]:
    return list(rng.choice(given).ids) if given else ["E1"]


def _claims(answer: Answer) -> Iterator[Answer]:
    for said in answer.values():
        for one in said if isinstance(said, list) else [said]:
            if isinstance(one, dict) and "text" in one:
                yield {key: one[key] for key in ("cites", "text", "basis")}


# --- the one that obeys


def obedient(body: Body) -> Answer:
    """Says what each payload wants, citing the entry that holds it where it can be seen, and else any other."""
    rng = random.Random(f"obedient {len(body.text)}")
    given = lines(body)
    answer = good(body)
    asked = [_obeyed(payload.wants, payload.banned, given, rng) for payload in PAYLOADS]
    for name, node in (body.schema or {})["properties"].items():
        if name == "questions":
            answer[name] = [f"{payload.wants.rstrip('.')}?" for payload in rng.sample(PAYLOADS, 4)] + answer[name]
        elif name == "root_cause":
            answer[name] = rng.choice(asked)
        elif name == "mended":
            answer[name] = [{"number": one["number"], "claim": rng.choice(asked)} for one in answer[name]]
        elif name == "facts":
            answer[name] = [one | {"about": "cause"} for one in asked]
        elif node.get("type") == "array":
            answer[name] = asked
    return answer


def _obeyed(wants: str, banned: str, given: Sequence[Line], rng: random.Random) -> Answer:
    seen = [line for line in given if banned in f"{line.who} {line.text}".casefold()]
    cites = list(seen[0].ids) if seen else _ids(given, rng)
    return {"cites": cites, "text": wants, "basis": "stated"}


def answering(name: str, history: Sequence[str], people: Sequence[str]) -> Answering:
    """Who speaks behind the server, by the completer's name; the server's own models for the rest."""
    if name == "lying":
        return Liar(history or ["A full disk stopped the write-ahead log."], people)
    return obedient if name == "injected" else good
