"""What an organisation decides: one readable YAML file, over defaults that suit most."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot import yamlfile
from bot.faults import problems_of
from bot.yamlfile import Document, Problem

SeverityKey = Literal["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
RoleKey = Literal["ic", "comms", "ops", "deputy", "scribe"]

# The defaults are the example: what people copy is what they already have.
DEFAULTS = Path(__file__).with_name("organisation.example.yaml")
MEANING_LIMIT = 75  # characters, what Slack shows beside a choice
DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
LONGEST = timedelta(days=31)


class OrganisationError(Exception):
    """The organisation's file cannot be used. The text is the list of its problems, one to a line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def duration(value: object) -> object:
    """`5m`, `1h30m`, `90s`, `1d` as a timedelta. A bare number is refused: nobody remembers its unit."""
    if value is None or isinstance(value, timedelta):
        return value
    written = re.sub(r"\s+", "", str(value)).lower()
    found = DURATION.fullmatch(written)
    if type(value) in (int, float) or written.isdecimal():
        raise ValueError(f'"{value}" has no unit. Write {value}m or {value}s.')
    if found is None or not written:
        raise ValueError(f'"{value}" is not a length of time. Write it like 90s, 20m, 4h or 1h30m.')
    # More than six digits of anything is past the limit, and would not fit a timedelta.
    days, hours, minutes, seconds = (min(int(part or 0), 999_999_999) for part in found.groups())
    return checked(str(value), days * 86_400 + hours * 3_600 + minutes * 60 + seconds)


def checked(written: str, length_s: int) -> timedelta:
    if not 0 < length_s <= LONGEST.total_seconds():
        raise ValueError(f'"{written}" is not between 1s and 31d. Write null for never.')
    return timedelta(seconds=length_s)


def channel(value: str) -> str:
    """A channel's id as it is, a channel's name with its #."""
    name = value.removeprefix("#")
    if re.fullmatch(r"[CG][A-Z0-9]{8,}", value):
        return value
    if name != name.lower() or not re.fullmatch(r"[\w-]{1,80}", name):
        raise ValueError(
            f'"{value}" is not a channel. Write its name, such as "#incidents" (lower case, no spaces), or its id.'
        )
    return f"#{name}"


def prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,19}", value):
        raise ValueError(f'"{value}" cannot begin a channel name. Use up to 20 lower-case letters, digits, - and _.')
    return value


def emoji(value: str) -> str:
    name = value.strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError(f'"{value}" is not the name of an emoji. Write the name Slack shows, such as pushpin.')
    return name


def zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is not a time zone. Write one like UTC or Europe/Vienna.') from None


Duration = Annotated[timedelta, BeforeValidator(duration)]
Channel = Annotated[str, AfterValidator(channel)]


class Part(BaseModel):
    """A part of the file: read-only, and a key that means nothing is a fault, not a shrug."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SeverityTerms(Part):
    """What a severity means and asks for. No `first_update` or `update_every` means nobody is reminded."""

    name: str = Field(min_length=1, max_length=40)
    meaning: str = Field(min_length=1, max_length=MEANING_LIMIT)
    first_update: Duration | None
    update_every: Duration | None
    postmortem: bool


class RoleTerms(Part):
    """What a role is called, and what its new holder is told (mrkdwn)."""

    title: str = Field(min_length=1, max_length=40)
    duties: str = Field(min_length=1, max_length=2800)


class Organisation(Part):
    """Everything the organisation decides. Every severity and every role is there."""

    announce: Channel | None
    channel_prefix: Annotated[str, AfterValidator(prefix)]
    timeline_reaction: Annotated[str, AfterValidator(emoji)]
    timezone: Annotated[str, AfterValidator(zone)]
    severities: Mapping[SeverityKey, SeverityTerms]
    roles: Mapping[RoleKey, RoleTerms]

    @classmethod
    def load(cls, path: Path | None) -> "Organisation":
        """The defaults, with what the file says laid over them. Raises OrganisationError with every problem."""
        defaults = yamlfile.read(DEFAULTS).content
        written = Document("") if path is None else yamlfile.read(path)
        problems = [*written.problems, *empty_values(written, defaults)]
        try:
            organisation = cls.model_validate(overlaid(defaults, written.content))
        except ValidationError as invalid:
            problems += problems_of(invalid, written, cls)
            raise OrganisationError(told(problems)) from None
        if problems:
            raise OrganisationError(told(problems))
        return organisation


def overlaid(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Sections merge key by key, anything else is replaced. An empty section changes nothing."""
    merged = dict(below)
    for key, value in above.items():
        under = below.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            merged[key] = overlaid(under, value)
        elif not (isinstance(under, dict) and value is None):
            merged[key] = value
    return merged


def empty_values(document: Document, defaults: Mapping[str, object]) -> list[Problem]:
    """Keys with nothing after the colon, unless they are sections: YAML takes an unquoted # for a comment."""
    return [
        document.problem(path, 'is empty. Write a value in quotes ("#incidents"), or null for none.')
        for path, words in document.words.items()
        if words == "" and value_at(document.content, path) is None and not is_section(defaults, path)
    ]


def is_section(defaults: Mapping[str, object], path: yamlfile.KeyPath) -> bool:
    return isinstance(value_at(defaults, path), dict)


def value_at(values: object, path: yamlfile.KeyPath) -> object:
    for part in path:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and isinstance(part, int):
            values = values[part]
        else:
            return None
    return values


def told(problems: list[Problem]) -> list[Problem]:
    """Each place once, from the top of the file to its end."""
    first_at: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        first_at.setdefault((problem.line, problem.key), problem)
    return sorted(first_at.values(), key=lambda problem: problem.line or 0)
