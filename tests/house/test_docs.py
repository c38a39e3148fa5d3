"""The docs say what the code does."""

import re
from pathlib import Path

from tests.tools import words_doc

ROOT = Path(__file__).parents[2]


def test_the_list_of_words_is_the_code_s() -> None:
    assert words_doc.DOC.read_text(encoding="utf-8") == words_doc.table(), "run python -m tests.tools.words_doc"


def test_every_link_in_the_docs_leads_somewhere() -> None:
    docs = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [(doc, link) for doc in docs for link in re.findall(r"\]\(([^)#:]+)\)", doc.read_text(encoding="utf-8"))]
    assert len(links) > 5, "needs links to look at"
    dead = [f"{doc.name}: {link}" for doc, link in links if not (doc.parent / link).exists()]
    assert dead == []
