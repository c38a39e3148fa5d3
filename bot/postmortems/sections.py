"""The sections of a draft below the summary. What the record does not say is asked, and the place says where."""

from collections.abc import Sequence

from bot.incidents.terms import Fact, Role
from bot.postmortems import reading, telling
from bot.postmortems.asking import Questions
from bot.postmortems.markdown import literal, quoted, table
from bot.postmortems.phrases import duration, utc
from bot.postmortems.rules import Case, Measure, Moment
from bot.postmortems.telling import cited, nothing, quotes, sentence


def impact(case: Case, ask: Questions) -> list[str]:
    told, incident = telling.fields(case), case.record.incident
    hurt = Measure("", "", case.started, case.mitigated)
    if hurt.length is not None:
        told.append(sentence(f"Users were hurt for {duration(hurt.length)}.", case.started.entry, case.mitigated.entry))
    said = telling.fair(case, reading.impacts(case))
    lines = [" ".join(told)] if told else []
    if said:
        lines += ["What people said about its size, unverified:", "\n".join(quotes(case, said))]
        number = ask("Which of these numbers are right, how were they measured, and what were they in all?")
        return [*lines, f"Their sum is not recorded; asked in {number}."]
    known = "How many were hurt, and how is that measured?" if incident.impact else None
    number = ask(known or "Who was hurt, how many, what could they not do, and how is that measured?")
    return [*lines, nothing("Its size in numbers", number)]


def numbers(case: Case, ask: Questions) -> list[str]:
    moments = [
        ("Users began to be hurt", case.started, "When did users begin to be hurt, and what shows it?"),
        ("It was noticed", case.noticed, "When was it noticed, and by what?"),
        ("It was declared", case.declared, ""),
        (f"First {literal(case.title_of(Role.IC))}", case.commanded,
         f"Who led the response, and since when? Nobody is recorded as {literal(case.title_of(Role.IC))}."),
        ("Users were no longer hurt", case.mitigated, "When were users no longer hurt, and what shows it?"),
        ("It was resolved", case.resolved, "When was it over, and what ended it?"),
    ]  # fmt: skip
    rows = [row(name, moment, "" if moment.at else ask(question)) for name, moment, question in moments]
    lengths = [measured(measure, ask) for measure in case.measures()]
    spent = case.time_at_severities()
    for severity in sorted(spent, key=lambda one: one.value):
        said = [entry for _, entry in case.severities] + case.all(Fact.RESOLVED, Fact.REOPENED)
        lengths.append((f"Open at {severity}", duration(spent[severity]), "while it was open", cited(*said)))
    return [
        table(("Moment", "UTC", "How it is known", "Evidence"), rows),
        table(("Measure", "Length", "Measured", "Evidence"), lengths),
    ]


def row(name: str, moment: Moment, question: str) -> Sequence[str]:
    if moment.at is None:
        return name, "not recorded", f"asked in {question}", ""
    return name, utc(moment.at), moment.how, cited(moment.entry)


def measured(measure: Measure, ask: Questions) -> Sequence[str]:
    proof = cited(measure.start.entry, measure.end.entry)
    if measure.is_contradictory:
        number = ask(f"{measure.name}: it ends before it begins. Which of the two times is right?")
        return measure.name, "contradictory", f"{measure.base}; asked in {number}", proof
    if measure.length is None:
        return measure.name, "unknown", f"{measure.base}; one of them is not recorded", ""
    return measure.name, duration(measure.length), measure.base, proof


def detection(case: Case, ask: Questions) -> list[str]:
    told = []
    if case.noticed.at:
        told.append(sentence(f"It was noticed at {utc(case.noticed.at)}, {case.noticed.how}.", case.noticed.entry))
    alert = reading.first_alert(case)
    if alert:
        words = f"The first message of an app on record, of {utc(alert.at)}: {telling.said(case, alert)}."
        told.append(sentence(words, alert))
    told.append(sentence(f"It was declared at {utc(case.record.incident.declared_at)}.", case.declared.entry))
    lines = [" ".join(told)]
    seen = case.noticed if case.noticed.at else case.declared
    changed = reading.changes_before(case, seen)
    if changed:
        lines += [
            "Changes on record in the 2 hours before (that they came first does not make them a cause):",
            "\n".join(quotes(case, changed)),
        ]
    number = ask("What showed it first (an alert, a dashboard, a person), and how can it be noticed sooner?")
    return [*lines, nothing("What showed it first", number)]


def response(case: Case, ask: Questions) -> list[str]:
    lines = [table(("Role", "Who", "From (UTC)", "Until (UTC)", "Evidence"), telling.roles(case))]
    if not case.record.holdings:
        lines = [nothing("Who did what", ask("Who took part in the response, and in which role?"))]
    told = telling.turns(case)
    updates, gap = case.all(Fact.UPDATE_POSTED), case.longest_gap()
    if updates:
        told.append(sentence(f"Status updates posted: {len(updates)}.", *updates))
        told.append(sentence(f"The last of them said: {telling.said(case, updates[-1])}.", updates[-1]))
        if gap:
            told.append(sentence(f"The longest time without one was {duration(gap.length)}.", gap.start, gap.end))
    return [*lines, *([" ".join(told)] if told else [])]


def factors(case: Case, ask: Questions) -> list[str]:
    """Only what people said, by role. Words that blame somebody are not repeated: they are pointed at."""
    said = reading.causes(case)
    fair = [entry for entry in said if not reading.blames(case.said(entry))]
    blaming = [entry for entry in said if entry not in fair]
    lines = []
    if fair:
        lines += ["What people said about causes. Nobody has verified it.", "\n".join(quotes(case, fair, "unverified"))]
    if blaming:
        number = ask("Some statements about causes judge a person. What in the system or the process made it possible?")
        one = "1 statement" if len(blaming) == 1 else f"{len(blaming)} statements"
        lines.append(
            sentence(f"Not quoted here, since the wording judges a person: {one}; asked in {number}.", *blaming)
        )
    number = ask("Which conditions (in systems, tools, process) made it possible, and what shows each? Name several.")
    return [*lines, nothing("What contributed" if not fair else "Which of them hold", number)]


def ending(case: Case, ask: Questions) -> list[str]:
    incident, over, told = case.record.incident, case.over, []
    mitigation = case.mitigated.entry
    if case.mitigated.at:
        words = f"Users were no longer hurt at {utc(case.mitigated.at)}, {case.mitigated.how}"
        said = mitigation and mitigation.fact is Fact.MITIGATED and mitigation.text
        words = f"{words}: {telling.said(case, mitigation)}." if mitigation and said else f"{words}."
        told.append(sentence(words, mitigation))
    step = reading.action_before(case, case.mitigated if case.mitigated.at else case.resolved)
    if step:
        words = f"The last step on record before that, at {utc(step.at)}: {telling.said(case, step)}."
        told.append(sentence(words, step))
    if over and incident.resolution:
        who, words = telling.voice(case, over), case.without_names(incident.resolution, over.at)
        told.append(sentence(f"At {utc(over.at)} {who} resolved it and said what ended it: {quoted(words)}.", over))
    lines = [" ".join(told)] if told else []
    if not incident.resolution:
        return [*lines, nothing("What ended it", ask("What ended it?"))]
    number = ask("Is that a lasting fix? If not, what is left to do?", over.by if over else None)
    return [*lines, nothing("Whether it is a lasting fix", number)]


def went_well(case: Case, ask: Questions) -> list[str]:
    said = telling.fair(case, reading.matching(case, reading.WELL))
    if said:
        return ["\n".join(quotes(case, said))]
    return [nothing("What went well", ask("What went well? What of it is worth keeping?"))]


def were_lucky(case: Case, ask: Questions) -> list[str]:
    said = telling.fair(case, reading.matching(case, reading.LUCKY))
    if said:
        return ["\n".join(quotes(case, said))]
    return [nothing("Where we were lucky", ask("Where were we lucky? What could it have come to?"))]


def went_badly(case: Case, ask: Questions) -> list[str]:
    said, gap = quotes(case, telling.fair(case, reading.matching(case, reading.BADLY))), case.longest_gap()
    if gap and gap.asked and gap.length > gap.asked:
        said.append(
            "- "
            + sentence(
                f"No status update was posted for {duration(gap.length)}; at that severity one is due every"
                f" {duration(gap.asked)}.", gap.start, gap.end,
            )
        )  # fmt: skip
    lost = case.all(Fact.TOLD_LOST)
    if lost:
        said.append("- " + sentence(f"Things that Tocsin could not do: {len(lost)}.", *lost))
    number = ask("What went badly? What was slow, missing, confusing or misleading?")
    return ["\n".join(said)] * bool(said) + [nothing("What else went badly" if said else "What went badly", number)]


def follow_ups(case: Case, ask: Questions) -> list[str]:
    agreed = [telling.follow_up(case, one) for one in case.follow_ups]
    said = reading.follow_ups(case)
    if agreed and not said:
        return ["\n".join(agreed)]
    if not said:
        number = ask("What will be done, by whom and by when, so that it does not come again or hurts less?")
        return [nothing("What is to be done", number)]
    number = ask("Which of the candidates for follow-ups will be done, by whom and by when? Which are missing?")
    lines = [
        "- [ ] " + sentence(f"{telling.said(case, entry)} (candidate, from {telling.voice(case, entry)}).", entry)
        for entry in said
    ]
    return [
        *(["Agreed:", "\n".join(agreed), "Said, and not agreed:"] if agreed else []),
        "\n".join(lines),
        nothing("Who does them and by when", number),
    ]
