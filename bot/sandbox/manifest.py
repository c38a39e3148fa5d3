"""What is installed in the workspace: an app, as its manifest describes it, with its tokens."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105
APP_TOKEN = "xapp-sandbox"  # noqa: S105
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105


@dataclass(frozen=True)
class Command:
    """A slash command as declared; `name` has its slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Shortcut:
    """An entry of the ⚡ menu (global) or of a message's own menu (message)."""

    name: str
    kind: Literal["global", "message"]
    callback_id: str
    description: str = ""


class App:
    """An installed app. `request_url`, when set, sends everything there by signed HTTP, whatever the manifest says."""

    BOT_TOKEN = BOT_TOKEN
    APP_TOKEN = APP_TOKEN
    SIGNING_SECRET = SIGNING_SECRET

    def __init__(
        self,
        manifest: Json,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        verification_token: str = VERIFICATION_TOKEN,
        request_url: str | None = None,
        id: str = "A0TOCSIN",  # noqa: A002
    ) -> None:
        self.id = id
        self.manifest = manifest
        self.bot_token = bot_token
        self.app_token = app_token
        self.signing_secret = signing_secret
        self.verification_token = verification_token
        self.request_url = request_url
        self.commands = {c.name: c for c in _commands(_features(manifest))}
        self.shortcuts = {s.callback_id: s for s in _shortcuts(_features(manifest))}
        self.scopes: list[str] = list(_inside(manifest, "oauth_config", "scopes").get("bot") or [])
        self.bot_events: set[str] = set(_inside(manifest, "settings", "event_subscriptions").get("bot_events") or [])
        self._interactivity = _inside(manifest, "settings", "interactivity")
        self._subscriptions = _inside(manifest, "settings", "event_subscriptions")
        self._home = _inside(manifest, "features", "app_home")

    @property
    def name(self) -> str:
        return str(_inside(self.manifest, "display_information").get("name") or "app")

    @property
    def display_name(self) -> str:
        """The bot user's name in the workspace."""
        return str(_inside(self.manifest, "features", "bot_user").get("display_name") or self.name)

    @property
    def socket_mode(self) -> bool:
        return self.request_url is None and bool(_inside(self.manifest, "settings").get("socket_mode_enabled"))

    @property
    def interactivity(self) -> bool:
        """Off: nothing can be clicked, and no view or shortcut is ever sent."""
        return bool(self._interactivity.get("is_enabled"))

    @property
    def home_tab(self) -> bool:
        return bool(self._home.get("home_tab_enabled"))

    @property
    def messages_tab(self) -> bool:
        return bool(self._home.get("messages_tab_enabled", True))

    @property
    def messages_tab_read_only(self) -> bool:
        """On: people cannot write to the app in its direct messages."""
        return bool(self._home.get("messages_tab_read_only_enabled"))

    def url_of_events(self) -> str | None:
        return self.request_url or self._subscriptions.get("request_url")

    def url_of_command(self, name: str) -> str | None:
        command = self.commands.get(name)
        return self.request_url or (command.url if command else None)

    def url_of_interactivity(self) -> str | None:
        return self.request_url or self._interactivity.get("request_url")

    def url_of_options(self) -> str | None:
        return self.request_url or self._interactivity.get("message_menu_options_url")


def _commands(features: Json) -> list[Command]:
    return [
        Command(
            name=c["command"],
            description=c.get("description", ""),
            usage_hint=c.get("usage_hint", ""),
            should_escape=bool(c.get("should_escape")),
            url=c.get("url"),
        )
        for c in features.get("slash_commands") or []
    ]


def _shortcuts(features: Json) -> list[Shortcut]:
    return [
        Shortcut(
            name=s["name"],
            kind=s["type"],
            callback_id=s["callback_id"],
            description=s.get("description", ""),
        )
        for s in features.get("shortcuts") or []
    ]


def _features(manifest: Json) -> Json:
    return _inside(manifest, "features")


def _inside(manifest: Json, *path: str) -> Json:
    at: Json = manifest
    for name in path:
        at = at.get(name) or {}
    return at
