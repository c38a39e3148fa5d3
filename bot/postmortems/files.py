"""All postmortems as files: Markdown to read and keep, JSON for programs, HTML for a browser."""

import html
import json
import re
from collections.abc import Sequence
from enum import StrEnum

from markdown_it import MarkdownIt

from bot.followups import queries as follow_ups
from bot.followups.model import FollowUp
from bot.incidents.model import Incident
from bot.kernel.db import Snapshot
from bot.postmortems import queries, views
from bot.postmortems.head import document
from bot.postmortems.model import Postmortem, PostmortemVersion

_ANCHOR = re.compile(r'<a id="([a-z]+-\d+)"></a>')
_MARKED = re.compile("\ue000([a-z]+-\\d+)\ue001")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}blockquote{border-left:4px solid #7a1f1f;margin:0;padding:.2rem 1rem;background:#f6f3f3}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#d1d2d3}blockquote{background:#222529}"
    "a{color:#6cb2eb}}"
)


class Which(StrEnum):
    PUBLIC = "public"
    ALL = "all"  # those of private incidents too


async def files(snap: Snapshot, which: Which) -> dict[str, str]:
    """What each file is called, and what is in it. Of each incident the postmortem that counts, if it is written."""
    found: dict[str, str] = {}
    kept: list[tuple[Postmortem, Incident, str]] = []
    for postmortem, incident in await queries.written(snap):
        if incident.is_private and which is Which.PUBLIC:
            continue
        name = views.file_name(incident, postmortem).removesuffix(".md")
        assert postmortem.id
        versions = await queries.versions(snap, postmortem.id)
        agreed = await follow_ups.all_of(snap, incident.id)
        found[f"{name}.md"] = document(postmortem)
        found[f"{name}.json"] = as_json(postmortem, incident, versions, agreed)
        found[f"{name}.html"] = page(views.title(incident), document(postmortem))
        kept.append((postmortem, incident, f"{name}.html"))
    found["index.html"] = index(kept)
    return found


def as_json(
    postmortem: Postmortem, incident: Incident, versions: Sequence[PostmortemVersion], agreed: Sequence[FollowUp]
) -> str:
    """Fields as stored, times in ISO 8601 with their zone."""
    ours = {"look_at", "looked_at", "serial", "stage", "asked_in", "asked_ts"}
    whole = {
        "schema": "tocsin.postmortem/1",
        "incident": incident.model_dump(mode="json", include={"id", "title", "severity", "status", "is_private"}),
        "postmortem": postmortem.model_dump(mode="json", exclude=ours),
        "versions": [one.model_dump(mode="json", exclude={"id", "postmortem_id"}) for one in versions],
        "follow_ups": [one.model_dump(mode="json", exclude=ours | {"channel", "ts"}) for one in agreed],
    }
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def page(title: str, markdown: str) -> str:
    """No tag of the text comes alive: only our own anchors do, and they are put back after."""
    bare = markdown.replace("\ue000", "").replace("\ue001", "")
    marked = _ANCHOR.sub(lambda found: f"\ue000{found[1]}\ue001", bare)
    body = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(marked)
    return _whole(title, _MARKED.sub(lambda found: f'<a id="{found[1]}"></a>', body))


def index(found: Sequence[tuple[Postmortem, Incident, str]]) -> str:
    rows = [
        f'<tr><td><a href="{name}">{incident.name}</a></td><td>{html.escape(incident.title)}</td>'
        f"<td>{incident.severity}</td><td>{postmortem.state.value.replace('_', ' ')}</td>"
        f"<td>{postmortem.resolved_at:%Y-%m-%d}</td></tr>"
        for postmortem, incident, name in found
    ]
    head = "<tr><th>Incident</th><th>Title</th><th>Severity</th><th>State</th><th>Resolved</th></tr>"
    return _whole("Postmortems", f"<h1>Postmortems</h1>\n<table>{head}\n{chr(10).join(rows)}</table>")


def _whole(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )
