"""The sentences that sections of a draft are made of. Each ends with its evidence."""

import re
from collections.abc import Iterable, Sequence

from bot.followups.model import FollowUp, FollowUpState
from bot.incidents.model import RoleHolding, TimelineEntry
from bot.incidents.terms import Fact
from bot.postmortems import reading
from bot.postmortems.markdown import evidence, literal, quoted
from bot.postmortems.phrases import utc
from bot.postmortems.rules import Case, whole

MOST_QUOTES = 12  # in one section; the others are pointed at
MOST_LINKS = 12  # after one sentence; the middle ones are left out
_ENDED = re.compile(r"([.!?…]”)\.$")  # a quote that ends a sentence ends ours too


def cited(*entries: TimelineEntry | None) -> str:
    """Links to these entries, each once. Without any it is a field of the incident itself."""
    found = {entry.place: entry.permalink for entry in entries if entry}
    links = [evidence(place, found[place]) for place in sorted(found)]
    if len(links) > MOST_LINKS:
        links = [*links[: MOST_LINKS // 2], "…", *links[-MOST_LINKS // 2 :]]
    return ", ".join(links) or "the incident's own record"


def sentence(words: str, *entries: TimelineEntry | None) -> str:
    return f"{_ENDED.sub(lambda end: end[1], words)} ({cited(*entries)})"


def nothing(what: str, question: str) -> str:
    """A place where the record is silent."""
    return f"{what} is not recorded; asked in {question}."


def fair(case: Case, entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    return [entry for entry in entries if not reading.blames(case.said(entry))]


def voice(case: Case, entry: TimelineEntry) -> str:
    return literal(case.voice(entry.by, entry.at))


def said(case: Case, entry: TimelineEntry) -> str:
    """An entry's words in quotes, unless they judge a person: then they can be read where the evidence is."""
    words = case.said(entry)
    return "words that judge a person, not repeated here" if reading.blames(words) else quoted(words)


def quotes(case: Case, entries: Sequence[TimelineEntry], mark: str = "") -> list[str]:
    """A list of who said what when, by role; after the most it may hold, only where the others are."""
    lines = [f"- {_quote(case, entry, mark)}" for entry in entries[:MOST_QUOTES]]
    others = entries[MOST_QUOTES:]
    if others:
        lines.append("- " + sentence(f"And {len(others)} more.", *others))
    return lines


def _quote(case: Case, entry: TimelineEntry, mark: str) -> str:
    words = case.said(entry)
    manner = reading.manner(words) if entry.by else "posted"
    tail = f" ({mark})" if mark else ""
    said = quoted(reading.without_root_cause(words))
    return sentence(f"At {utc(entry.at)} {voice(case, entry)} {manner}: {said}{tail}.", entry)


def fields(case: Case) -> list[str]:
    """What is affected and how, in the words of whoever filled it in."""
    incident, told = case.record.incident, []
    for name, words, said in (
        ("affected", "Reported as affected", incident.affected),
        ("impact", "Reported impact", incident.impact),
    ):
        if said:
            told.append(
                sentence(f"{words}: {quoted(case.without_names(said, incident.declared_at))}.", case.field(name))
            )
    return told


def roles(case: Case) -> list[Sequence[str]]:
    """Who held which role when. Here people have their names: it is no cause, and thanks are due."""
    held = sorted(case.record.holdings, key=lambda one: (one.since, one.role.value, one.id or 0))
    return [
        (
            literal(case.title_of(one.role)), literal(case.record.name(one.user)), utc(one.since),
            utc(one.until) if one.until else "to the end", cited(_taking(case, one)),
        )
        for one in held
    ]  # fmt: skip


def _taking(case: Case, held: RoleHolding) -> TimelineEntry | None:
    for entry in case.all(Fact.ROLE_TAKEN, Fact.ROLE_HANDED_OVER):
        same = (entry.details.get("role"), entry.details.get("to")) == (held.role.value, held.user)
        if same and whole(entry.at) == whole(held.since):
            return entry
    return None


def follow_up(case: Case, one: FollowUp) -> str:
    """As it was agreed. Its owner has a name here: it says who does something, not who did."""
    made = [entry for entry in case.all(Fact.FOLLOW_UP_ADDED) if entry.details.get("follow_up") == one.name]
    source = next((entry for entry in case.standing if entry.place == one.entry), None)
    whose = literal(case.record.name(one.owner)) if one.owner else "nobody yet"
    ticket = f" {literal(one.link)}" if one.link else ""
    mark = "x" if one.state is FollowUpState.DONE else " "
    dropped = f" Not going to be done: {quoted(one.why)}" if one.state is FollowUpState.NOT_DOING else ""
    words = (
        f"**{one.name}** {literal(case.without_names(one.title, one.made_at))}: {whose}, due {one.due_on.isoformat()},"
        f" {one.kind.value}, {one.priority.value}{ticket}."
    )
    return f"- [{mark}] " + sentence(words + dropped, source, *made)


def turns(case: Case) -> list[str]:
    """When it went on after all."""
    words = {Fact.RELAPSED: "said it was not mitigated after all", Fact.REOPENED: "reopened it"}
    return [
        sentence(
            f"At {utc(entry.at)} {voice(case, entry)} {words[entry.fact]}"
            + (f": {said(case, entry)}." if entry.text else "."),
            entry,
        )
        for entry in case.all(*words)
    ]
