"""The draft is byte-stable, says nothing that the record does not say, and judges nobody."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.incidents.terms import Fact, Role, Severity, Status
from bot.postmortems.draft import draft
from bot.postmortems.phrases import duration, phrase, utc
from bot.postmortems.rules import Case
from tests.postmortems.records import (
    ANA,
    BO,
    CY,
    DEE,
    NAMES,
    ORGANISATION,
    Story,
    after,
    bare,
    declared,
    full,
    many,
    resolved,
    texts,
)

Tell = Callable[[], Story]
GOLDEN = Path(__file__).parent / "golden"
STORIES = {"full": full, "resolved": resolved}
LINK = re.compile(r"\[(Q?\d+)\]\(([^)]+)\)")
ANCHOR = re.compile(r'<a id="([a-z]+-\d+)"></a>')
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


# --- the same bytes


@pytest.mark.parametrize("name", STORIES)
def test_the_draft_is_the_golden_one(name: str) -> None:
    """To accept a change: write `text(STORIES[name]())` into the file, and read its diff."""
    assert text(STORIES[name]()) == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tell", [full, resolved, declared, bare])
def test_the_same_record_gives_the_same_bytes_in_whatever_order_it_is_read(tell: Tell) -> None:
    story = tell()
    assert draft(story.record, ORGANISATION).markdown == draft(story.shuffled(), ORGANISATION).markdown
    assert draft(story.record, ORGANISATION) == draft(tell().record, ORGANISATION)


# --- whole


@pytest.mark.parametrize("status", list(Status))
def test_a_record_of_every_status_can_be_drafted(status: Status) -> None:
    story = declared(status=status)
    story.incident.resolved_at = after(5) if status in (Status.RESOLVED, Status.CLOSED) else None
    assert headings(text(story)) == HEADINGS


def test_an_empty_record_only_asks() -> None:
    story = bare()
    drafted = draft(story.record, ORGANISATION)
    assert headings(drafted.markdown) == HEADINGS
    assert "The timeline is empty." in drafted.markdown
    assert drafted.questions == len(re.findall(r"\*\*Q\d+ for", drafted.markdown)) >= 10
    assert "not recorded" in section(drafted.markdown, "Numbers")


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_has_its_words_even_without_details(fact: Fact) -> None:
    story = bare()
    assert phrase(Case(story.record, ORGANISATION), story.happens(1, fact))


@pytest.mark.parametrize("tell", [full, resolved, declared, bare, lambda: many(200)])
def test_every_link_leads_somewhere_and_no_anchor_is_there_twice(tell: Tell) -> None:
    drafted = text(tell())
    anchors = ANCHOR.findall(drafted)
    assert len(anchors) == len(set(anchors))
    inner = {url[1:] for _, url in LINK.findall(drafted) if url.startswith("#")}
    assert inner <= set(anchors)
    assert {anchor for anchor in anchors if anchor.startswith("q-")} <= inner, "each question is asked somewhere"


def test_links_to_messages_are_their_permalinks() -> None:
    story = full()
    links = {int(place): url for place, url in LINK.findall(text(story)) if place.isdecimal()}
    for entry in story.entries:
        if entry.permalink and entry.place in links:
            assert links[entry.place] == entry.permalink


@pytest.mark.parametrize("tell", [full, resolved, declared])
def test_every_sentence_of_the_prose_ends_with_its_evidence_or_its_question(tell: Tell) -> None:
    lines = [line for line in prose(text(tell())) if not line.endswith(":") and line not in REMARKS]
    assert lines
    for line in lines:
        assert re.search(r"\(\[\d+\].*\)\)$|asked in \[Q\d+\]\(#q-\d+\)\.$", line), line
        for piece in re.split(r"(?<=\)\))\s+(?=[A-Z“])", line):
            assert re.search(r"\)\)$|\)\.$", piece), piece


# --- true


@pytest.mark.parametrize("tell", [full, resolved, declared, lambda: many(30)])
def test_every_number_is_recorded_or_computed(tell: Tell) -> None:
    story = tell()
    case = Case(story.record, ORGANISATION)
    moments = [story.incident.declared_at, story.incident.started_at, story.incident.detected_at]
    moments += [story.incident.mitigated_at, story.incident.resolved_at, *(held.since for held in story.holdings)]
    moments += [held.until for held in story.holdings] + [entry.at for entry in story.entries]
    moments += [entry.recorded_at for entry in story.entries]
    lengths = [measure.length for measure in case.measures()] + [*case.time_at_severities().values()]
    gap = case.longest_gap()
    lengths += [gap.length, gap.asked] if gap else []
    known = " ".join(
        [*texts(story), *(utc(at) for at in moments if at), *(duration(length) for length in lengths if length)]
    )
    counted = {len(story.entries), len(case.all(Fact.UPDATE_POSTED)), len(case.all(Fact.TOLD_LOST)), 1}
    allowed = {*NUMBER.findall(known), *map(str, counted), str(story.incident.id), "2"}
    drafted = re.sub(r'^\| <a id="entry-\d+"></a>\d*', "", text(story), flags=re.MULTILINE)
    drafted = re.sub(r"SEV\d|\*\*Q\d+ for", "", LINK.sub("", ANCHOR.sub("", drafted)))
    found = set(NUMBER.findall(drafted))
    assert len(found) > 5
    assert found - allowed == set()


def test_what_was_withdrawn_stands_struck_in_the_timeline_and_nowhere_else() -> None:
    drafted = text(full())
    assert "~~Wrote: It was DNS because it is always DNS~~ (withdrawn: the message was deleted)" in drafted
    assert drafted.count("DNS") == 2
    story = full()
    (gone,) = [entry for entry in story.entries if entry.withdrawn_at]
    assert f"[{gone.place}](" not in drafted.replace(section(drafted, "Timeline"), "")


def test_what_is_withdrawn_moves_what_rested_on_it() -> None:
    story = full()
    for entry in story.entries:
        if "leak introduced" in entry.text:
            entry.withdraw(after(90), "nobody keeps it any more")
    factors = section(text(story), "Contributing factors")
    assert "leak" not in factors
    assert "What contributed is not recorded" in factors


def test_a_base_that_is_missing_makes_a_length_unknown() -> None:
    story = resolved()
    numbers = section(text(story), "Numbers")
    assert (
        "| Time to detect | unknown | from users being hurt to it being noticed; one of them is not recorded |"
        in numbers
    )
    assert "| Time open | 30 min | from it being declared to it being resolved last |" in numbers
    assert "| Users were no longer hurt | not recorded |" in numbers


def test_times_that_contradict_each_other_are_shown_and_asked() -> None:
    story = full()
    story.incident.detected_at = after(3)
    drafted = text(story)
    assert "| Time to declare | contradictory |" in drafted
    assert "Time to declare: it ends before it begins. Which of the two times is right?" in drafted


def test_a_reopened_incident_counts_only_the_time_it_was_open() -> None:
    story = resolved()
    story.is_reopened(60, ANA, "Errors are back")
    story.becomes(70, ANA, Severity.SEV1)
    story.is_resolved(100, ANA, "Turned the cache off.")
    numbers, summary = section(text(story), "Numbers"), section(text(story), "Summary")
    assert "| Open at SEV1 | 30 min |" in numbers
    assert "| Open at SEV2 | 40 min |" in numbers
    assert "| Time open | 1 h 40 min |" in numbers
    assert "It was reopened once." in summary
    assert "Turned the cache off." in summary


def test_a_mitigation_that_was_said_is_cited_and_one_entered_later_says_so() -> None:
    story = declared()
    story.is_mitigated(10, ANA, "Traffic moved to the other region")
    story.is_resolved(30, ANA, "Fixed.")
    assert "| Users were no longer hurt | 2026-03-02 14:15:12 | when it was said | [2](#entry-2) |" in text(story)
    story.incident.mitigated_at = after(12)
    assert "| Users were no longer hurt | 2026-03-02 14:17:12 | as given at the resolution | [3](#entry-3) |" in text(
        story
    )


def test_a_question_and_a_guess_are_not_reported_as_statements() -> None:
    story = declared()
    story.says(1, BO, "Is it because of the deploy?")
    story.says(2, BO, "Probably caused by the deploy")
    story.says(3, BO, "It was caused by the deploy")
    factors = section(text(story), "Contributing factors")
    assert "a responder asked: “Is it because" in factors
    assert "a responder suggested: “Probably" in factors
    assert "a responder said: “It was caused by the deploy” (unverified)." in factors


def test_what_an_app_posts_is_no_statement_about_a_cause() -> None:
    story = declared()
    story.says(1, None, "Build failed because of a flaky test")
    assert "flaky" not in section(text(story), "Contributing factors")


def test_more_quotes_than_fit_are_pointed_at() -> None:
    story = declared()
    for number in range(20):
        story.says(number, BO, f"Caused by shard {number}")
    factors = section(text(story), "Contributing factors")
    assert factors.count("Caused by") == 12
    assert "And 8 more." in factors


def test_a_silence_longer_than_agreed_is_stated() -> None:
    assert "No status update was posted for 1 h 9 min 30 s; at that severity one is due every 20 min." in text(full())
    quiet = declared()
    quiet.is_resolved(9, ANA, "Fixed.")
    assert "No status update was posted" not in text(quiet)


def test_a_long_record_keeps_its_tail() -> None:
    story = many(2000)
    timeline = section(text(story), "Timeline")
    assert timeline.count("\n| <a id=") == len(story.entries)
    assert "Step 1999: restarted shard 1999" in timeline


# --- fair


def test_nobodys_name_stands_outside_timeline_roles_and_questions() -> None:
    story = full()
    story.says(70, CY, "Ana Ruiz and Bo both found that the pool was too small because of Dee's flag")
    drafted = text(story)
    rest = [body for heading, body in split(drafted) if heading not in ("Timeline", "Response", "Questions")]
    for name in NAMES.values():
        for word in (name, name.split()[0]):
            assert not re.search(rf"\b{word}\b", "\n".join(rest)), word
    assert "\\[a responder\\] and \\[the Ops Lead\\] both found" in drafted
    assert "\\[the Incident Commander\\]'s flag" in drafted


def test_nothing_that_judges_is_repeated_and_it_is_pointed_at() -> None:
    drafted = text(full())
    rest = drafted.replace(section(drafted, "Timeline"), "").lower()
    for words in ("human error", "should have", "root cause", "fault of", "careless"):
        assert words not in rest
    assert "Not quoted here, since the wording judges a person: 1 statement" in drafted


@pytest.mark.parametrize(
    "judging",
    [
        "Bo should have tested that", "it was human error", "that was Bo's mistake", "she shouldn't have pushed it",
        "careless change by ops", "I blame the intern", "if only they had asked", "we could have known",
    ],
)  # fmt: skip
def test_every_way_to_blame_is_held_back(judging: str) -> None:
    story = declared()
    story.says(1, ANA, f"It broke because {judging}. TODO: fix. Luckily 5 users saw it. No runbook.")
    story.happens(2, Fact.UPDATE_POSTED, CY, judging)
    drafted = text(story)
    assert judging not in drafted.replace(section(drafted, "Timeline"), "")


@pytest.mark.parametrize("plain", ["The root cause is a full disk", "root-cause: full disk, caused by logs"])
def test_there_is_never_one_root_cause(plain: str) -> None:
    story = declared()
    story.says(1, ANA, plain)
    factors = section(text(story), "Contributing factors")
    assert "\\[cause\\]" in factors
    assert "root" not in factors


def test_a_name_that_is_a_word_leaves_sentences_alone() -> None:
    story = declared()
    story.names[DEE] = "Will Marsh"
    story.says(1, DEE, "It will recover, because Will Marsh said so. Will it hold?")
    factors = section(text(story), "Contributing factors")
    assert "It will recover, because \\[a responder\\] said so. Will it hold?" in factors


# --- asked of a named person


def test_the_commander_is_asked_and_without_one_whoever_declared_it() -> None:
    assert draft(full().record, ORGANISATION).owner == DEE
    assert "**Q1 for Dee Marsh:**" in text(full())
    alone = declared()
    alone.is_resolved(5, BO, "Restarted it.")
    assert draft(alone.record, ORGANISATION).owner == CY
    questions = section(text(alone), "Questions")
    assert "for Cy Okafor:** Who led the response" in questions
    assert "for Bo Lindqvist:** Is that a lasting fix?" in questions


def test_a_postmortem_is_expected_by_the_worst_severity() -> None:
    story = declared()
    story.becomes(5, ANA, Severity.SEV4)
    assert "A postmortem is expected for SEV2 Major." in text(story)
    mild = declared()
    mild.entries[0].details = {"severity": "SEV4"}
    assert "For SEV4 Minor a postmortem is up to you." in text(mild)


# --- hostile


NASTY = (
    "# heading", "- [ ] item", "> quote", "[x](https://evil.example)", "![](@U0BO)", "<!channel>", "<@U0BO>",
    "<https://evil.example|click>", "**bold** _it_ ~~gone~~ `code`", "| a | b |", "```", "https://evil.example/x|y",
    "mail me@evil.example", "@channel @everyone", "line\n# heading\n\n| x |", "\\[x](y)", "&lt;!here&gt;", "~~",
    '<a id="entry-1"></a>', "\u202egnp.exe", "www.evil.example", "${7*7} {{7*7}}", "[Q1](#q-1)", "[4](#entry-4)", "<b>",
)  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_write_is_only_ever_text(nasty: str) -> None:
    story = bare(f"T {nasty} t", affected=f"A {nasty} a", impact=f"I {nasty} i, 5 users")
    story.names[BO] = f"Bo {nasty}"
    story.happens(0, Fact.DECLARED, CY, "x", severity="SEV2")
    story.says(1, BO, f"Caused by {nasty} because 7 users. TODO: luckily worked well, no runbook")
    story.happens(2, Fact.TOLD_LOST, text=nasty, what=nasty, other=nasty)
    story.happens(3, Fact.CHANNEL_OPENED, channel=nasty)
    story.happens(4, Fact.MESSAGE_KEPT, None, nasty)
    story.happens(5, Fact.MERGED, BO, nasty, **{"from": nasty, "to": nasty}).withdraw(after(6), nasty)
    story.takes(6, BO, Role.IC)
    story.is_resolved(10, BO, f"R {nasty} r")
    drafted = text(story)
    assert headings(drafted) == HEADINGS
    unescaped = re.sub(r"\\.", "", LINK.sub("", ANCHOR.sub("", drafted)))
    live = re.sub(r"`[^`\n]*`", "", unescaped)
    assert not re.search(r"[<>]", live.replace("\n> ", "\n"))
    assert not re.search(r"\]\(|@|`|https?:|www\.", live)
    assert not re.search(r"[*_~]", re.sub(r"\*\*Q\d+ for .*?:\*\*|~~", "", live))
    assert "\u202e" not in drafted
    anchors = ANCHOR.findall(drafted)
    assert len(anchors) == len(set(anchors)) == len(story.entries) + draft(story.record, ORGANISATION).questions
    rows = [line for line in drafted.split("\n") if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) in (5, 6) for row in rows)


# --- what these tests share

HEADINGS = [
    "Summary", "Impact", "Numbers", "Timeline", "Detection", "Response", "Contributing factors", "What ended it",
    "What went well", "What went badly", "Where we were lucky", "Follow-ups", "Questions",
]  # fmt: skip
REMARKS = {"What people said about causes. Nobody has verified it."}


def text(story: Story) -> str:
    return draft(story.record, ORGANISATION).markdown


def headings(drafted: str) -> list[str]:
    assert re.findall(r"^# ", drafted, re.MULTILINE) == ["# "]
    assert not re.search(r"^#{3,}", drafted, re.MULTILINE)
    return re.findall(r"^## (.*)$", drafted, re.MULTILINE)


def split(drafted: str) -> list[tuple[str, str]]:
    title, *rest = re.split(r"^## (.*)$", drafted, flags=re.MULTILINE)
    return [("", title), *zip(rest[::2], rest[1::2], strict=True)]


def section(drafted: str, heading: str) -> str:
    return dict(split(drafted))[heading]


def prose(drafted: str) -> list[str]:
    """The lines of all sections but tables, head and questions."""
    bodies = [body for heading, body in split(drafted) if heading not in ("", "Timeline", "Questions")]
    return [line for line in "\n".join(bodies).split("\n") if line and not line.startswith("|")]


def test_a_secret_on_the_timeline_is_no_secret_of_the_draft() -> None:
    key, address = "AKIA" + "Q3EGZX7LM2NPRT5V", "bo@example.com"
    story = declared("Checkout errors, the root password is Kestrel-Harbor-92")
    story.says(1, BO, f"the cause is {key}, it was revoked; write to {address}")
    story.is_resolved(30, ANA, f"Replaced {key}.")
    written = draft(story.record, ORGANISATION).markdown.replace("\\", "")
    assert "cause is [SECRET:aws-key#1]" in written, "needs the place where it stood"
    assert written.count("[SECRET:aws-key#1]") > 2
    assert [secret for secret in (key, "Kestrel-Harbor-92") if secret in written] == []
    assert address in written
