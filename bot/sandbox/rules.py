"""What the simulated Slack does where the real one is free, undocumented or adjustable. Every field is a switch; the
defaults are the strictest reading of what is known."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Rules(BaseModel):
    """Set at the start or at any time: `slack.rules.rates = "published"`."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # How often
    rates: Literal["off", "published"] = "off"  # "published": the documented tiers, refused with 429
    posts_burst: int = Field(3, ge=1)  # messages a channel takes at once before the one a second holds
    posts_per_minute: int = Field(300, ge=1)  # messages of the app in the whole workspace: "several hundred"
    special_per_minute: int = Field(300, ge=1)  # calls to methods whose tier is "special", posting apart

    # How much
    text_limit: int = 40_000  # characters; a longer text is cut
    text_advice: int = 4_000  # characters; a longer text is a violation when posted, refused when edited
    blocks_chars: int = 13_200  # readable characters in all blocks of a message; more: msg_blocks_too_long
    metadata_bytes: int = 8_000  # the limit is undisclosed
    pins_limit: int = 100
    bookmarks_limit: int = 100
    bookmark_title_limit: int = 255
    canvas_title_limit: int = 255
    canvas_chars: int = 1_048_576
    reactions_limit: int = 23  # different emoji one user may leave on a message
    emoji_limit: int = 50  # different emoji a message may bear

    # How things answer
    history_lag: float = Field(0.0, ge=0)  # seconds for which conversations.history does not know a new message
    short_pages: bool = False  # listings give fewer items than `limit` before their end, as Slack may
    invite_partly: bool = False  # an invitation that fails for some takes the others in all the same, without `force`
    deactivated_invite: Literal["cant_invite", "user_not_found"] = "cant_invite"
    permalink_needs_membership: bool = True  # chat.getPermalink in a public channel the bot is not in
    update_needs_membership: bool = False  # chat.update in a public channel, beyond chat:write.public
    archive_removes_bot: bool = True
    fallback_text_pings: bool = False  # a mention that stands only in `text`, beside blocks, notifies
    thread_followers_pinged: bool = True  # a reply notifies those who wrote in the thread before

    # How things are delivered
    ack_deadline: float = Field(3.0, gt=0)  # real seconds the app has to answer a delivery
    trigger_ttl: float = 3.0  # seconds a trigger_id lives
    trigger_wording: Literal["code", "invalid_arguments"] = "code"  # how an expired trigger_id is refused
    hook_uses: int = 5  # times a response_url can be used
    hook_ttl: float = 1800.0  # seconds a response_url lives
