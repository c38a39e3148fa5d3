"""What people see of a postmortem in Slack, beside the document itself."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.incidents.model import Incident
from bot.incidents.terms import Status
from bot.kernel.errors import Refused
from bot.postmortems import markdown
from bot.postmortems.head import document
from bot.postmortems.model import STANDS, Place, Postmortem, PostmortemState
from bot.slack.blocks import divider, modal, section
from bot.slack.commands import COMMAND
from bot.slack.message import Message
from bot.slack.text import escape, link, mention, one_line, shorten

PART_LIMIT = 2900  # characters of a message in the thread
SECTION_LIMIT = 2800  # characters of a section in the modal
TITLE_LIMIT = 200
SUPERSEDED = (
    "> **Superseded.** The incident was reopened and resolved again; its channel says where the new postmortem is."
    " What stands below is left as it was.\n"
)


def title(incident: Incident) -> str:
    return shorten(f"{incident.name} {one_line(incident.title)}: postmortem", TITLE_LIMIT)


def file_name(incident: Incident, postmortem: Postmortem) -> str:
    """Another one after a reopening has another name."""
    return f"{incident.name.lower()}-postmortem-{postmortem.resolved_at:%Y%m%d-%H%M%S}.md"


def ready(incident: Incident, postmortem: Postmortem) -> str:
    """Where it is, and whose turn it is."""
    return f"{_of(incident, postmortem)}: {where(postmortem)}.{_asked(postmortem)}"


def parent_text(incident: Incident, postmortem: Postmortem) -> str:
    return f"{_of(incident, postmortem)}: it is in this thread.{_asked(postmortem)}"


def parent(incident: Incident, postmortem: Postmortem) -> Message:
    return Message(parent_text(incident, postmortem))


def parts(postmortem: Postmortem) -> list[Message]:
    """The document as replies in a thread."""
    return [Message(piece) for piece in markdown.chunks(markdown.mrkdwn(document(postmortem)), PART_LIMIT)]


def where(postmortem: Postmortem) -> str:
    """Completes "It is …"."""
    kind = {Place.CANVAS: "a canvas", Place.FILE: "a file", Place.THREAD: "a thread"}
    if postmortem.place is None:
        return "on its way to this channel"
    words = f"{kind[postmortem.place]} in this channel"
    return link(postmortem.permalink, words) if postmortem.permalink else words


def _of(incident: Incident, postmortem: Postmortem) -> str:
    stands = "drafted" if postmortem.state is PostmortemState.DRAFT else STANDS[postmortem.state]
    return f":memo: The postmortem of {incident.name} is {stands}"


def _asked(postmortem: Postmortem) -> str:
    if not postmortem.owner or not postmortem.questions or not postmortem.is_open:
        return ""
    count = "one thing" if postmortem.questions == 1 else f"{postmortem.questions} things"
    return f" The record does not say {count}: {mention(postmortem.owner)}, please answer under “Questions”."


def page(incident: Incident, postmortem: Postmortem) -> View:
    """Where it is, and the beginning of every section."""
    (_, head), *rest = markdown.sections(document(postmortem))
    place = f"*{incident.name} · {escape(incident.title)}*\nIt is {where(postmortem)}."
    blocks: list[Block] = [section(f"{place}\n{markdown.mrkdwn(head)}")]
    for heading, body in rest:
        shown = markdown.chunks(f"*{markdown.mrkdwn(heading)}*\n{markdown.mrkdwn(body)}", SECTION_LIMIT)
        more = "\n_The rest is in the document._" if len(shown) > 1 else ""
        blocks += [divider(), section(shown[0] + more)]
    return modal("postmortem", "Postmortem", blocks)


def readable(incident: Incident, postmortem: Postmortem | None) -> Postmortem:
    """Raises Refused if there is none to read, saying when there will be."""
    if incident.resolved_at is None:
        raise Refused(_why_none(incident) + _earlier(postmortem))
    if postmortem is None or not postmortem.is_written or postmortem.resolved_at != incident.resolved_at:
        raise Refused(f"The postmortem of {incident.name} is being drafted. Please ask again in a moment.")
    return postmortem


def _why_none(incident: Incident) -> str:
    if incident.is_live:
        return (
            f"{incident.name} is {incident.status}. Its postmortem is drafted when it is resolved: `{COMMAND} resolve`."
        )
    if incident.status is Status.MERGED:
        return f"{incident.name} was merged. Its postmortem is that of INC-{incident.merged_into}."
    return f"{incident.name} was {incident.status}, so it has no postmortem. `{COMMAND} reopen` brings it back."


def _earlier(postmortem: Postmortem | None) -> str:
    if postmortem is None or postmortem.permalink is None:
        return ""
    return f" {link(postmortem.permalink, 'The one from before it was reopened')} is still there."
