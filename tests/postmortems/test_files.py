"""Postmortems as files: nothing that people wrote comes alive in a browser."""

import json
import re

from bot.incidents.terms import Severity
from bot.postmortems import files
from bot.postmortems.head import document
from tests.postmortems.records import after, declared, full
from tests.postmortems.test_criteria import follow_up
from tests.postmortems.test_views import postmortem_of


def test_the_page_has_the_tables_and_its_anchors() -> None:
    made = files.page("INC-42", document(postmortem_of(full())))
    assert '<a id="entry-1"></a>' in made
    assert 'href="#entry-1"' in made
    assert made.count("<table>") >= 3
    assert "<h2>Follow-ups</h2>" in made


def test_no_tag_or_script_of_the_text_comes_alive() -> None:
    story = declared('<script>alert(1)</script> <img src=x onerror="y"> [x](javascript:z)')
    story.says(3, None, '<a id="x" onclick="y">here</a> <b>bold</b>')
    story.is_resolved(9, story.incident.declared_by, "<iframe src='//evil.example'>")
    made = files.page(story.incident.title, document(postmortem_of(story)))
    tags = set(re.findall(r"<([a-z0-9]+)", made))
    assert tags <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "blockquote", "strong", "table", "thead",
        "tbody", "tr", "th", "td", "a", "ul", "li", "code", "em", "s",
    }  # fmt: skip
    assert '<a id="x"' not in made
    assert not re.search(r"<[^>]+\son\w+=", made)
    assert 'href="javascript' not in made


def test_the_json_has_what_was_agreed_and_nothing_of_our_plumbing() -> None:
    made = postmortem_of(full())
    made.expect(after(9000).date(), after(100))
    found = json.loads(files.as_json(made, full().incident, [], [follow_up()]))
    assert found["incident"]["severity"] == Severity.SEV1
    assert found["follow_ups"][0]["title"] == "Alert on it"
    assert found["postmortem"]["due_on"]
    assert "look_at" not in found["postmortem"]


def test_even_a_document_that_was_not_made_here_is_only_text() -> None:
    made = files.page("x", '<script>alert(1)</script>\n\nand <b onclick=y>more</b> <a id="entry-1"></a>')
    assert "<script>" not in made
    assert "<b " not in made
    assert made.count("<a ") == 1
