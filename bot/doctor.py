"""`tocsin doctor`: is everything there that a page in the night will need? It reads, and changes nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot import schema
from bot.floors import open_door
from bot.grounding.claims import Claim
from bot.kernel.clock import SystemClock
from bot.kernel.db import DATABASE_TROUBLE, Database
from bot.kernel.errors import Rejected, Unavailable
from bot.llm import prompts
from bot.llm.choosing import choose
from bot.llm.model import Asked, Declined, Kind
from bot.organisation import Organisation, OrganisationError
from bot.people import rules, telling
from bot.people.directory import Directory
from bot.people.model import Person, UserGroup
from bot.settings import Settings, SettingsError, SlackAccess, SocketMode
from bot.slack.client import Identity, Slack
from bot.slack.manifest import scopes
from bot.slack.pace import Limits

SMALL_QUESTION = Asked(
    task="doctor", version="1",
    system="You are tried out. Answer in the shape asked for.",
    user='Make one claim: `cites` is ["E1"], `text` is "Ready.", `basis` is "stated".',
    max_output_tokens=200,
)  # fmt: skip
MENDABLE = {Kind.NOT_CONFIGURED, Kind.MISCONFIGURED, Kind.QUOTA}

FINE, WARNING, FAULT, UNKNOWN = "✓", "⚠", "✗", "–"


@dataclass(frozen=True)
class Finding:
    mark: str
    words: str

    def __str__(self) -> str:
        return f"{self.mark} {self.words}"


async def examine() -> AsyncIterator[Finding]:
    """One thing after the other, as it is found out. What hangs on something that is wrong is not looked at."""
    try:
        settings = Settings.load()
        access = settings.for_serving()
    except SettingsError as why:
        for problem in why.problems:
            yield Finding(FAULT, f"Settings: {problem}")
        return
    yield Finding(FINE, "The settings can be used.")
    organisation = None
    try:
        reading = Organisation.read(settings.tocsin_config)
        organisation = reading.organisation
        for warning in reading.warnings:
            yield Finding(WARNING, f"Organisation: {warning}")
        yield Finding(FINE, f"The organisation's file can be used: {settings.tocsin_config or 'the defaults'}.")
    except OrganisationError as why:
        for found in why.problems:
            yield Finding(FAULT, f"Organisation: {found}")
    yield await database(settings)
    async for finding in language_model(settings):
        yield finding
    async for finding in workspace(access, organisation):
        yield finding


async def database(settings: Settings) -> Finding:
    """Reached as the bot reaches it, beside a bot that runs."""
    there = Database(settings.database_url, SystemClock())
    place = there.engine.url
    shown = place.render_as_string(hide_password=True)
    try:
        if not there.postgres and not exists(place.database):  # connecting would make it
            return Finding(FAULT, f"Database: there is no file {place.database}. Run `tocsin migrate`.")
        await schema.check(there.reader)
    except schema.WrongSchema as why:
        return Finding(FAULT, f"Database: {why}")
    except DATABASE_TROUBLE as why:
        reason = str(getattr(why, "orig", None) or why) or type(why).__name__
        return Finding(FAULT, f"Database: {shown} does not answer ({reason}). Look whether it runs, and DATABASE_URL.")
    finally:
        await there.close()
    return Finding(FINE, f"The database is at schema {schema.head()}: {shown}")


def exists(file: str | None) -> bool:
    return file is not None and Path(file).is_file()


async def language_model(settings: Settings) -> AsyncIterator[Finding]:
    """Asked one small question, if there is one. Nothing of any incident is sent."""
    if settings.tocsin_prompts:
        try:
            prompts.load(settings.tocsin_prompts)
            yield Finding(FINE, f"The prompts in {settings.tocsin_prompts} can be used.")
        except prompts.BadPrompt as why:
            yield Finding(FAULT, f"Prompts: {why}")
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return
    model = choose(settings, SystemClock())
    try:
        answer = await model.complete(SMALL_QUESTION, Claim)
        took = f"{answer.duration.total_seconds():.1f} s"
        yield Finding(FINE, f"The language model {answer.model} answers (by {answer.rung}, in {took}).")
    except Declined as why:
        mark = FAULT if why.kind in MENDABLE else WARNING
        yield Finding(mark, f"The language model: {why}. Until then drafts are made from the record alone.")
    finally:
        await model.close()


async def workspace(access: SlackAccess, organisation: Organisation | None) -> AsyncIterator[Finding]:
    """All that Slack must be asked for."""
    slack = Slack(access.bot_token.get_secret_value(), access.api_url, Limits(), SystemClock())
    try:
        try:
            me = await slack.sign_in()
        except Rejected as why:
            advice = "Copy it again from the app's page, OAuth & Permissions."
            yield Finding(FAULT, f"Slack refuses SLACK_BOT_TOKEN ({why.code}). {advice}")
            return
        yield Finding(FINE, f"Slack takes the bot token: {me.url}")
        yield granted(me)
        yield await way_in(slack, access)
        if organisation:
            yield await announcements(slack, organisation)
            async for finding in everybody(slack, me, organisation):
                yield finding
    except Rejected as why:
        yield Finding(FAULT, f"Slack does not say who is in the workspace ({why}). The scopes above may be the reason.")
    except Unavailable as why:
        yield Finding(FAULT, f"Slack does not answer ({why}). Look whether this machine reaches {access.api_url}")
    finally:
        await slack.close()


def granted(me: Identity) -> Finding:
    if not me.scopes:
        return Finding(UNKNOWN, "Slack does not say which scopes the app has: not checked.")
    missing = sorted(set(scopes(open_door())) - me.scopes)
    if missing:
        return Finding(
            FAULT, f"Scopes are missing: {', '.join(missing)}. Reinstall the app with the output of `tocsin manifest`."
        )
    return Finding(FINE, "The app has all the scopes it needs.")


async def way_in(slack: Slack, access: SlackAccess) -> Finding:
    """How Slack reaches us. An address for a connection is asked for, and not used."""
    if not isinstance(access.transport, SocketMode):
        return Finding(UNKNOWN, "Slack calls Tocsin by HTTP: whether it gets through cannot be seen from here.")
    try:
        await slack.call("apps.connections.open", app_token=access.transport.app_token.get_secret_value())
    except Rejected as why:
        advice = "Make one with the scope connections:write (Basic Information, App-Level Tokens); turn on Socket Mode."
        return Finding(FAULT, f"Slack refuses SLACK_APP_TOKEN ({why.code}). {advice}")
    return Finding(FINE, "Socket Mode works.")


async def announcements(slack: Slack, organisation: Organisation) -> Finding:
    if organisation.announce is None:
        return Finding(UNKNOWN, "Incidents are announced nowhere, as the organisation's file says.")
    trouble = await slack.channel_trouble(organisation.announce)
    if trouble:
        return Finding(FAULT, f"Announcements: {organisation.announce}: {trouble}")
    return Finding(FINE, f"Incidents are announced in {organisation.announce}.")


async def everybody(slack: Slack, me: Identity, organisation: Organisation) -> AsyncIterator[Finding]:
    """Whom a policy names and nobody can be reached by, one by one."""
    if not organisation.policies:
        yield Finding(FINE, "There are no policies: nobody is paged.")
        return
    channels = {name: await slack.channel_trouble(name) for name in rules.channels_named(organisation)}
    found = list(rules.unresolved(organisation, await directory(slack), channels, me.scopes))
    for one in found:
        yield Finding(FAULT, f"Policy {one}: {one.why}")
    if not found:
        yield Finding(FINE, f"Everybody whom a policy names can be reached ({', '.join(organisation.policies)}).")


async def directory(slack: Slack) -> Directory:
    """From Slack and not from the database, which a bot that never ran has not filled."""
    now = SystemClock().now()
    people = [Person(**telling.person_row(told, now)) for told in await slack.everybody()]
    groups = [UserGroup(**telling.group_row(told, now)) for told in await slack.groups() or ()]
    return Directory.of(people, groups, frozenset({"people", "groups"}))
