"""Nothing secret leaves, and ordinary talk about work stays readable."""

import re
import time

import pytest

from bot.grounding.redact import Addresses, Redaction, is_card, is_iban, secrets

A40 = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3cD6eF9h"  # put together below, so that no scanner takes this file for a leak

SECRETS = {
    "aws-key": ["AKIA" + "Q7XNPLM4RSTUVWX2", "export AWS_ACCESS_KEY_ID=" + "ASIA" + "2K4J6H8G0F1D3S5A"],
    "assigned": [
        "aws_secret_access_key = " + A40,
        "SECRET_KEY=" + "p9$kd!20vmQx",
        "client_secret: " + "aZ09bY18cX27dW36eV45",
        "the api key is " + "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        '{"api_key": "' + "Zx81-kk20-Qp99-aa" + '"}',
        "token=" + "u7Gq2Lx9Vb4Nc6Ty",
    ],
    "github-token": ["ghp_" + A40[:36], "push with github_pat_" + "11ABCDEFG0" + "x" * 50],
    "gitlab-token": ["glpat-" + "xK3v9QwErTyUiOp1", "CI uses gldt-" + "ab12cd34ef56gh78ij90"],
    "slack-token": [
        "xoxb-" + "1234567890-abcdefABCDEF",
        "xapp-1-" + "A01-234-deadbeef",
        "hooks.slack.com/services/" + "T00000000/B0/XXyy",
    ],
    "openai-key": ["sk-proj-" + "Ab12Cd34Ef56Gh78Ij90Kl", "key sk-" + A40],
    "anthropic-key": ["sk-ant-" + "api03-Ab12Cd34Ef56"],
    "stripe-key": ["sk_live_" + "4eC39HqLyjWDarjt", "whsec_" + "a1b2c3d4e5f6g7h8i9"],
    "npm-token": ["npm_" + A40[:36]],
    "pypi-token": ["pypi-" + "AgEIcHlwaS5vcmcCJDU1YmY3"],
    "gcp-key": ["AIza" + "SyA1234567890abcdefghijklmnopqrstuv", '"private_key_id": "' + "0123abcd4567ef89" + '"'],
    "azure-key": ["AccountKey=" + A40 + A40 + "Ab12Cd=="],
    "jwt": ["eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"],
    "private-key": ["-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"],
    "url-password": ["postgres://app:" + "s3cr3t@db1:5432/orders", "https://bot:" + "hunter2@git.example.org/x.git"],
    "url-token": ["https://files.example.org/a?sig=" + "Zm9vYmFyYmF6cXV4MTIz&x=1"],
    "authorization": ["Authorization: Bearer " + "a1b2c3d4e5f6", "curl -H 'Authorization: Basic " + "dXNlcjpwYXNz'"],
    "cookie": ["Cookie: sid=" + "abc123; theme=dark", "JSESSIONID=" + "8F7E6D5C4B3A29"],
    "password": [
        "the root password is " + "hunter2",
        "password for db1 is " + "correcthorse9",
        "PGPASSWORD=" + "letmein",
        "passwd: " + "Tr0ub4dor&3",
        'DB_PASSWORD="' + "swordfish" + '"',
        "pwd " + "`" + "open-sesame" + "`",
        "i changed the password to x; password is now " + "Winter2026!",
        "the password is " + "swordfish",
    ],
    "code": ["otp: " + "482913", "the pin is " + "7731"],
    "random": ["use this key for the vault, " + "q8Zr2Lm9Xw4Vt7Kc1Bn5"],
    "vault-token": ["hvs." + "CAESIJ" + A40[:24]],
}  # fmt: skip
PLANTED = [(kind, text) for kind, texts in SECRETS.items() for text in texts]

ORDINARY = """
Rolled back to 9f3c2ab77d, deploy took 12 minutes
commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 broke the build
sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 is the image
pod checkout-api-7d9f8b6c5d-x2k4q restarted 14 times
request id 123e4567-e89b-12d3-a456-426614174000 times out
the token is expired, get a new one
password is wrong, try again
the password was rotated yesterday
secret rotation is due on Monday
token bucket limits us to 50 rps
we need the api key from the vault, who has access?
auth: failing for 3% of logins
the key is to restart the consumer first
access key was revoked at 13:40
api key: see 1Password
password: ${DB_PASSWORD}
token={{ vault.token }}
secret: /run/secrets/db
token ttl: 24h, refresh token lifetime: 30d
cookie banner is broken on mobile
the session table has 41,000,000 rows
CPU at 98%, 1,234,567 requests in 15 minutes
ticket 4111111111111112 is not a card
order 1234567890123 is stuck
ts 1700000000.123456 of the message
phone lines are busy, about 4,000 calls
2026-11-25 15:47:46 UTC first alert
version 10.2.14.1 of the driver
ran `kubectl get pods -n payments`
git@github.com:acme/api.git cannot be reached
see https://runbooks.example.org/db?page=2&tab=failover
PagerDuty says incident Q1ABCDEF23456
AWS_ACCESS_KEY_ID is not set
the key user_id is missing in the index
partition key: customer_id
primary key violation on orders_pkey
secret manager is down
we use bearer tokens everywhere
basic auth is off
max_connections = 2000, shared_buffers = 8GB
ERROR 1045 (28000): Access denied for user 'app'
etag W/5f3a9c
i-0abc123def4567890 was terminated
arn:aws:iam::123456789012:role/deployer
vol-049df61146c4d7901 is full
feature flag checkout_v2_enabled is on
public key of the host changed
password reset mails are delayed by 20 minutes
PR 4821 by the network team
md5 d41d8cd98f00b204e9800998ecf8427e
""".strip().splitlines()


@pytest.mark.parametrize(("kind", "text"), PLANTED, ids=[f"{kind}-{place}" for place, (kind, _) in enumerate(PLANTED)])
def test_a_planted_secret_is_hidden(kind: str, text: str) -> None:
    redaction = Redaction()
    said = redaction.redact(f"look: {text} - that is what I used")
    assert f"[SECRET:{kind}#1]" in said, said
    assert kind in secrets(text)
    assert redaction.restore(said) == said, "a secret never comes back"


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_stays_as_it_is(text: str) -> None:
    assert Redaction().redact(text) == text


def test_the_same_value_has_the_same_placeholder_and_others_have_others() -> None:
    redaction = Redaction()
    first = redaction.redact("mail ana@example.org and bo@example.org")
    again = redaction.redact("Ana@example.org answered")
    assert first == "mail [EMAIL#1] and [EMAIL#2]"
    assert again == "[EMAIL#1] answered"
    assert redaction.counts == {"EMAIL": 2}


def test_addresses_and_customers_come_back_where_they_may_be_shown() -> None:
    redaction = Redaction(customers=["Globex", "Globex International"])
    said = redaction.redact("Globex International wrote from ops@globex.example, call +49 30 1234567")
    assert said == "[CUSTOMER#1] wrote from [EMAIL#1], call [PHONE#1]"
    assert redaction.restore(said) == "Globex International wrote from ops@globex.example, call +49 30 1234567"
    assert redaction.redact("globex international and GLOBEX") == "[CUSTOMER#1] and [CUSTOMER#2]"


def test_cards_and_accounts_are_known_by_their_check_digits() -> None:
    assert Redaction().redact("card 4111 1111 1111 1111 declined") == "card [CARD#1] declined"
    assert Redaction().redact("pay to DE89 3704 0044 0532 0130 00 today") == "pay to [IBAN#1] today"
    assert is_card("5500-0000-0000-0004")
    assert not is_card("4111111111111112")
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB82WEST12345698765431")


def test_internet_addresses_leave_unless_the_organisation_says_no() -> None:
    text = "10.0.3.17 and 2001:db8:0:0:0:0:0:1 and fe80::1 time out"
    assert Redaction().redact(text) == text
    assert Redaction(addresses=Addresses.HIDDEN).redact(text) == "[IP#1] and [IP#2] and [IP#3] time out"


def test_what_is_hidden_stays_hidden_once() -> None:
    redaction = Redaction(customers=["Acme"])
    once = redaction.redact("Acme, ana@example.org, password is " + "hunter2")
    assert redaction.redact(once) == once


def test_a_placeholder_of_another_record_gives_nothing_away() -> None:
    assert Redaction().restore("[EMAIL#1] and [SECRET:password#1]") == "[EMAIL#1] and [SECRET:password#1]"


def test_a_secret_within_an_address_is_hidden_and_the_host_is_not() -> None:
    said = Redaction().redact("DATABASE_URL=postgres://app:" + "p4ss@db1.internal/orders")
    assert "p4ss" not in said
    assert "db1.internal" in said


def test_a_line_is_redacted_in_no_time() -> None:
    lines = [*ORDINARY, *(text for _, text in PLANTED)] * 20
    redaction = Redaction(customers=["Globex", "Initech"])
    begun = time.process_time()
    for line in lines:
        redaction.redact(line)
    each = 1000 * (time.process_time() - begun) / len(lines)
    assert each < 0.5, f"{each:.3f} ms a line"  # five times what it takes on a quiet machine


def test_the_corpus_is_large_enough() -> None:
    assert len(ORDINARY) >= 50
    assert len(PLANTED) >= 40
    assert not [text for text in ORDINARY if re.fullmatch(r"\s*", text)]
