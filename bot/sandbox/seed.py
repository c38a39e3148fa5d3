"""The company that a new sandbox starts with: eight people in seven zones, two groups, six channels."""

from bot.sandbox.state import Channel, User, UserGroup, Workspace

FOUNDED = 1_700_000_000  # Unix seconds

PEOPLE = (
    # id, name, real name, title, zone
    ("U0ANA", "ana", "Ana Álvarez", "Site Reliability Engineer", "Europe/Madrid"),
    ("U0BO", "bo", "Bo Berg", "Site Reliability Engineer", "Europe/Stockholm"),
    ("U0CY", "cy", "Cy Chen", "Support Lead", "Asia/Singapore"),
    ("U0DEE", "dee", "Dee Okafor", "Head of Communications", "Africa/Lagos"),
    ("U0ELI", "eli", "Eli Novak", "VP Engineering", "America/New_York"),
    ("U0FAY", "fay", "Fay Tanaka", "Payments Engineer", "Asia/Tokyo"),
    ("U0GUS", "gus", "Gus Moreau", "Contractor", "America/Los_Angeles"),
    ("U0HAL", "hal", "Hal Ruiz", "Former Site Reliability Engineer", "Europe/Madrid"),
)
GROUPS = (
    ("S0SRE", "sre-oncall", "SRE on call", ("U0ANA", "U0BO")),
    ("S0COMMS", "comms", "Communications", ("U0CY", "U0DEE")),
)
EVERYBODY = ("U0ANA", "U0BO", "U0CY", "U0DEE", "U0ELI", "U0FAY")
CHANNELS = (
    # id, name, members, what it is for
    ("C0GENERAL", "general", (*EVERYBODY, "U0GUS"), "Company-wide announcements"),
    ("C0INCIDENTS", "incidents", EVERYBODY, "Every incident is announced here"),
    ("C0ENGINEERING", "engineering", ("U0ANA", "U0BO", "U0ELI", "U0FAY"), "How we build"),
    ("C0PAYMENTS", "payments", ("U0ANA", "U0CY", "U0FAY", "U0GUS"), "Checkout, cards, refunds"),
    ("C0RANDOM", "random", EVERYBODY, "Everything else"),
)


def acme() -> Workspace:
    """Acme, with the app installed and its bot in no channel."""
    place = Workspace()
    place.users = {key: _person(place, key, *rest) for key, *rest in PEOPLE}
    place.users["U0ELI"].is_admin = True
    place.users["U0GUS"].is_restricted = True
    place.users["U0HAL"].deleted = True
    place.users[place.bot_user_id] = _bot(place)
    place.groups = {
        key: UserGroup(id=key, handle=handle, name=name, users=list(users), created=FOUNDED)
        for key, handle, name, users in GROUPS
    }
    place.channels = {key: _channel(key, name, members, purpose) for key, name, members, purpose in CHANNELS}
    place.channels["C0GENERAL"].is_general = True
    leadership = _channel("C0LEADERSHIP", "leadership", ("U0DEE", "U0ELI"), "Not for everybody")
    place.channels[leadership.id] = leadership.model_copy(update={"kind": "group"})
    return place


def _person(place: Workspace, key: str, name: str, real_name: str, title: str, zone: str) -> User:
    return User(
        id=key,
        name=name,
        real_name=real_name,
        display_name=name,
        email=f"{name}@{place.domain}.example",
        title=title,
        tz=zone,
        team_id=place.team_id,
        updated=FOUNDED,
    )


def _bot(place: Workspace) -> User:
    return User(
        id=place.bot_user_id,
        name="tocsin",
        real_name="Tocsin",
        is_bot=True,
        team_id=place.team_id,
        bot_id=place.bot_id,
        app_id=place.app_id,
        updated=FOUNDED,
    )


def _channel(key: str, name: str, members: tuple[str, ...], purpose: str) -> Channel:
    about = {"value": purpose, "creator": "U0ELI", "last_set": FOUNDED}
    return Channel(id=key, name=name, created=FOUNDED, creator="U0ELI", members=list(members), purpose=about)
