"""The words of an incident: severities, states, roles, facts. Stored by value, so renaming one is a migration."""

from enum import StrEnum

from bot.kernel.ids import UserId


class Severity(StrEnum):
    """1 is the worst. What each means is the organisation's to say."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"
    SEV5 = "SEV5"

    def is_worse_than(self, other: "Severity") -> bool:
        return self.value < other.value


class Status(StrEnum):
    TRIAGE = "triage"  # suspected, not confirmed
    ACTIVE = "active"
    MITIGATED = "mitigated"  # users are no longer hurt; still being watched
    RESOLVED = "resolved"
    CLOSED = "closed"  # all the work after it is done too
    DECLINED = "declined"  # looked at in triage; was none
    MERGED = "merged"  # the same as another one
    CANCELED = "canceled"  # declared by mistake

    @property
    def spoken(self) -> str:
        """What comes after "it is"."""
        return "in triage" if self is Status.TRIAGE else self.value


LIVE = frozenset({Status.TRIAGE, Status.ACTIVE, Status.MITIGATED})
NEXT = {
    Status.TRIAGE: {Status.ACTIVE, Status.DECLINED, Status.MERGED, Status.CANCELED},
    Status.ACTIVE: {Status.MITIGATED, Status.RESOLVED, Status.MERGED, Status.CANCELED},
    Status.MITIGATED: {Status.ACTIVE, Status.RESOLVED, Status.MERGED, Status.CANCELED},
    Status.RESOLVED: {Status.ACTIVE, Status.CLOSED},
    Status.CLOSED: {Status.ACTIVE},
    Status.DECLINED: {Status.ACTIVE},
    Status.MERGED: set[Status](),
    Status.CANCELED: {Status.ACTIVE},
}


class Role(StrEnum):
    IC = "ic"
    COMMS = "comms"
    OPS = "ops"
    DEPUTY = "deputy"
    SCRIBE = "scribe"


Roll = dict[Role, UserId]  # who holds which role now


class Alarm(StrEnum):
    """Why an incident came to need people who may not know of it yet."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    RAISED = "raised"  # its severity is worse than before
    REOPENED = "reopened"


class Fact(StrEnum):
    """What an entry of the timeline is about. Stored: renaming one is a migration."""

    DECLARED = "declared"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CHANNEL_OPENED = "channel_opened"
    ROLE_TAKEN = "role_taken"
    ROLE_HANDED_OVER = "role_handed_over"
    ROLE_LEFT = "role_left"
    SEVERITY_CHANGED = "severity_changed"
    MITIGATED = "mitigated"
    RELAPSED = "relapsed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    CANCELED = "canceled"
    UPDATE_POSTED = "update_posted"
    NOTED = "noted"
    MESSAGE_KEPT = "message_kept"
    DETAILS_CHANGED = "details_changed"
    TOLD_LOST = "told_lost"  # something that was owed to the outside could not be done
    NOTHING_NEW = "nothing_new"  # in place of an update
    STILL_GOING = "still_going"
    PACE_CHANGED = "pace_changed"  # how often updates come
    POSTMORTEM_DRAFTED = "postmortem_drafted"
    POSTMORTEM_IN_REVIEW = "postmortem_in_review"
    POSTMORTEM_REVIEWED = "postmortem_reviewed"
    POSTMORTEM_PUBLISHED = "postmortem_published"
    POSTMORTEM_EDITED = "postmortem_edited"
    POSTMORTEM_ASSIGNED = "postmortem_assigned"  # who owns or reviews it, or until when
    FOLLOW_UP_ADDED = "follow_up_added"
    FOLLOW_UP_CHANGED = "follow_up_changed"
    FOLLOW_UP_DONE = "follow_up_done"
    FOLLOW_UP_DROPPED = "follow_up_dropped"  # it will not be done, and somebody said why
    FOLLOW_UP_REOPENED = "follow_up_reopened"
    PAGE_ASKED = "page_asked"  # somebody asked for somebody, or for the next level
    PAGED = "paged"  # Slack has taken it
    PAGE_FAILED = "page_failed"
    PAGE_PASSED = "page_passed"  # somebody who was paged cannot take it
    ACKNOWLEDGED = "acknowledged"
    LEVEL_EMPTY = "level_empty"  # nobody there to page
    EXHAUSTED = "exhausted"  # every level was used up, and nobody answered
    WENT_SILENT = "went_silent"  # it was acknowledged, and then nothing was heard
    NOBODY_TO_PAGE = "nobody_to_page"  # it needs people, and no policy says whom
