"""The command line: tocsin, or python -m bot."""

import argparse
import asyncio
import errno
import json
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
import yaml

from bot import checking, doctor, logs, memory, schema, simulating
from bot.app import CannotStart, Outside, Tocsin, app_manifest
from bot.beside import BotBeside, Orders
from bot.incidents import export
from bot.kernel.clock import SystemClock
from bot.kernel.db import Database, Snapshot
from bot.kernel.errors import Refused
from bot.kernel.ids import IncidentId
from bot.llm.ledger import queries as ledger
from bot.llm.ledger import views as ledger_views
from bot.organisation import ACME, FALLBACK, Organisation, OrganisationError
from bot.postmortems import files
from bot.running import LONG_LEASE, decided, decided_here, either, running, told_to_stop
from bot.settings import Settings, SettingsError
from bot.slack.pace import Limits

SANDBOX_PORT = 7373

log = structlog.get_logger(__name__)


def main() -> None:
    """Exit code 1 with a sentence on stderr when something must be mended first."""
    asked = arguments().parse_args()
    try:
        asyncio.run(asked.run(asked))
    except (SettingsError, OrganisationError, CannotStart, Refused) as why:
        sys.exit(str(why))
    except OSError as why:
        mend = " Choose another port: --port for the sandbox, PORT for serve." if why.errno == errno.EADDRINUSE else ""
        sys.exit(f"Tocsin cannot start: {why.strerror or why}.{mend}")
    except KeyboardInterrupt:
        sys.exit(130)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tocsin", description="Incidents in Slack, from /incident to the postmortem.")
    parser.add_argument("--version", action="version", version=f"tocsin {version('tocsin')}")
    jobs = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    sandbox = jobs.add_parser("sandbox", help="a local Slack with Tocsin in it, in your browser; no account needed")
    sandbox.add_argument("--data", type=Path, metavar="DIR", help="keep everything there; without it all is forgotten")
    sandbox.add_argument("--port", type=int, default=SANDBOX_PORT, help=f"of the page (default {SANDBOX_PORT})")
    sandbox.add_argument(
        "--slack-only", action="store_true", help="only the workspace; prints settings for `tocsin serve`"
    )
    sandbox.add_argument("--open", action="store_true", help="open the page in your browser")
    sandbox.add_argument(
        "--replay", metavar="FILE", help="play this incident record there; also bad-deploy or provider-outage"
    )
    sandbox.add_argument(
        "--speed", type=float, metavar="N", help="play it at once, N times as fast; without it: paused"
    )
    sandbox.add_argument("--check", action="store_true", help="play it at full speed without a page; print how it went")
    sandbox.add_argument("--document", type=Path, metavar="FILE", help="with --check: write its postmortem there")
    sandbox.set_defaults(run=run_sandbox)

    jobs.add_parser("beside").set_defaults(run=run_beside)  # started by the sandbox, and by nobody else

    serve = jobs.add_parser("serve", help="run the bot until it is told to stop")
    serve.set_defaults(run=run_serve)

    migrate = jobs.add_parser("migrate", help="bring the database to the schema of this version")
    migrate.set_defaults(run=run_migrate)

    policy = jobs.add_parser("policy", help="escalation policies")
    of_policies = policy.add_subparsers(title="commands", required=True, metavar="COMMAND")
    simulate = of_policies.add_parser("simulate", help="print the whole run of a policy if nobody answers")
    simulate.add_argument("--policy", default=FALLBACK, metavar="NAME", help=f"(default: {FALLBACK})")
    simulate.add_argument(
        "--at", default="", metavar="WHEN", help='when it begins, such as "Sun 03:00"; without it, now'
    )
    simulate.set_defaults(run=run_simulation)

    config = jobs.add_parser("config", help="the organisation's file")
    about = config.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = about.add_parser("check", help="say what is wrong with a file, or who is paged for what; starts nothing")
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run=run_config_check)

    examine = jobs.add_parser("doctor", help="check all that Tocsin needs, and say how to mend what is wrong")
    examine.set_defaults(run=run_doctor)

    manifest = jobs.add_parser("manifest", help="print the app manifest, to paste at api.slack.com/apps")
    manifest.add_argument("--http", metavar="URL", help="for signed HTTP at this address instead of Socket Mode")
    manifest.add_argument("--json", action="store_true", help="as JSON instead of YAML")
    manifest.set_defaults(run=run_manifest)

    exporting = jobs.add_parser("export", help="write one incident to standard output")
    exporting.add_argument("number", type=int, help="the incident's number: 42")
    exporting.add_argument("--format", choices=("md", "json"), default="md")
    exporting.set_defaults(run=run_export)

    sent = jobs.add_parser("sent", help="print what was sent of one incident to a language model, word for word")
    sent.add_argument("number", type=int, help="the incident's number: 42")
    sent.set_defaults(run=run_sent)

    shelving = jobs.add_parser("postmortems", help="write all postmortems into a folder: Markdown, JSON and HTML")
    shelving.add_argument("folder", type=Path, help="is made if it is not there; files of the same name are replaced")
    shelving.add_argument("--private", action="store_true", help="those of private incidents too")
    shelving.set_defaults(run=run_postmortems)
    return parser


async def run_serve(_asked: argparse.Namespace) -> None:
    settings = Settings.load()
    logs.set_up(settings.log_level, settings.log_format, hide=settings.secrets())
    memory.collect_seldom()
    async with running(Tocsin(settings, decided(settings.tocsin_config))) as bot:
        await either(told_to_stop(), bot.ended())


async def run_migrate(_asked: argparse.Namespace) -> None:
    database = Database(Settings.load().database_url, SystemClock())
    await schema.migrate(database.engine)
    await database.close()
    print("The database is at the schema of this version.")


async def run_doctor(_asked: argparse.Namespace) -> None:
    sound = True
    async for finding in doctor.examine():
        print(finding, flush=True)
        sound = sound and finding.mark != doctor.FAULT
    if not sound:
        raise CannotStart(f"Mend what is marked {doctor.FAULT}, then run this again.")


async def run_config_check(asked: argparse.Namespace) -> None:
    print(checking.report(asked.file), end="")


async def run_manifest(asked: argparse.Namespace) -> None:
    made = app_manifest(asked.http.rstrip("/") if asked.http else None)
    print(
        json.dumps(made, indent=2) if asked.json else yaml.safe_dump(made, sort_keys=False, allow_unicode=True), end=""
    )


async def run_simulation(asked: argparse.Namespace) -> None:
    settings = Settings.load()
    organisation = Organisation.load(settings.tocsin_config)
    zone, now = ZoneInfo(organisation.timezone), SystemClock().now()
    at = simulating.moment(asked.at, zone, now) if asked.at else now.astimezone(zone)
    database = Database(settings.database_url, SystemClock())
    try:
        if await schema.fits(database.engine):
            async with database.snapshot() as snap:
                told = await simulating.report(snap, organisation, asked.policy, at)
        else:
            told = await simulating.report(None, organisation, asked.policy, at)
    finally:
        await database.close()
    print(told, end="")


async def run_export(asked: argparse.Namespace) -> None:
    organisation = Organisation.load(Settings.load().tocsin_config)
    async with reading() as snap:
        record = await export.gather(snap, IncidentId(asked.number))
    print(export.markdown(record, organisation) if asked.format == "md" else export.json_text(record), end="")


async def run_sent(asked: argparse.Namespace) -> None:
    async with reading() as snap:
        calls = await ledger.calls_about(snap, IncidentId(asked.number))
    print(ledger_views.report(f"INC-{asked.number}", calls), end="")


async def run_postmortems(asked: argparse.Namespace) -> None:
    async with reading() as snap:
        found = await files.files(snap, files.Which.ALL if asked.private else files.Which.PUBLIC)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (asked.folder / name).write_text(text, encoding="utf-8")
    print(f"{len(found)} files are in {asked.folder}. Begin with index.html.")


@asynccontextmanager
async def reading() -> AsyncIterator[Snapshot]:
    """Of the database that the environment names, whoever else runs on it. Raises CannotStart."""
    database = Database(Settings.load().database_url, SystemClock())
    try:
        await schema.check(database.engine)
        async with database.snapshot() as snap:
            yield snap
    except schema.WrongSchema as why:
        raise CannotStart(str(why)) from None
    finally:
        await database.close()


async def run_sandbox(asked: argparse.Namespace) -> None:
    """The workspace here, the bot in a process beside it that the page can kill; they talk over the wire."""
    from bot import replaying, trying

    now = SystemClock().now()
    record = replaying.found(asked.replay) if asked.replay else None
    if asked.check or asked.document:
        await run_check(asked)
        return
    with trying.place(asked.data, replaying.shortly_before(record, now) if record else now) as place:
        slack = place.slack
        await slack.start(port=asked.port, page=True)
        try:
            if asked.slack_only:
                print(neighbour(slack.api_url, slack.app.bot_token, slack.app.app_token))
                await told_to_stop()
                return
            async with trying.tocsin_beside(place, decided_here) as bot:
                assert slack.insight
                desk = replaying.desk(slack, replaying.seen_by(slack.insight, place.clock))
                if record:
                    replaying.begin(desk, record, asked.speed)
                print(
                    f"\n  A local Slack with Tocsin in it:  {slack.url}/\n  Type /incident there. Ctrl+C stops it.\n",
                    flush=True,
                )
                if asked.open:
                    webbrowser.open(slack.url)
                try:
                    await either(told_to_stop(), unexpected_end(bot))
                finally:
                    await desk.put_away()
        finally:
            await slack.stop()


async def unexpected_end(bot: BotBeside) -> None:
    raise CannotStart(f"The bot ended by itself, with exit code {await bot.ended()}. Its last words are above.")


async def run_beside(_asked: argparse.Namespace) -> None:
    orders = await Orders.read()
    settings = orders.settings
    logs.set_up(settings.log_level, settings.log_format, hide=settings.secrets())
    bot = Tocsin(settings, decided(settings.tocsin_config or ACME), Outside(orders.clock, Limits(), lease=LONG_LEASE))
    async with running(bot):
        print("ready", flush=True)
        await either(told_to_stop(), bot.ended(), orders.follow(bot.engine.beat))


async def run_check(asked: argparse.Namespace) -> None:
    """A replay at full speed, without a page. Exit code 1 if Slack's rules were broken or anything was lost."""
    from bot import replaying

    if not asked.replay:
        raise Refused("Say which record: tocsin sandbox --replay FILE --check.")
    checked = await replaying.check(replaying.found(asked.replay), decided_here)
    if asked.document:
        asked.document.write_text(checked.document, encoding="utf-8")
    print(checked.sheet)
    if not checked.sheet.is_sound:
        raise Refused("The replay did not go as it should: see above.")


def neighbour(api_url: str, bot_token: str, app_token: str) -> str:
    """The settings of a `tocsin serve` beside a workspace."""
    return (
        f"The workspace is at {api_url.removesuffix('api/')}\nIn another terminal:\n\n"
        f"  export SLACK_API_URL={api_url} SLACK_BOT_TOKEN={bot_token} SLACK_APP_TOKEN={app_token}\n"
        f"  export TOCSIN_CONFIG={ACME}\n"
        "  tocsin migrate && tocsin serve\n"
    )


if __name__ == "__main__":
    main()
