"""Secrets of every kind that must not leave, in sentences in which people let them slip. None of them opens anything;
they are put together here, so that no scanner takes this file for a leak."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slip:
    """`value`: what must not be seen. `may_be_shown`: an address or a name, which people may read in the draft, and
    no model may."""

    kind: str
    value: str
    text: str
    may_be_shown: bool = False


CUSTOMER = "Vandelay Freight"


def _made(kind: str, value: str, text: str, *, may_be_shown: bool = False) -> Slip:
    return Slip(kind, value, text.format(value), may_be_shown)


_B64 = "MIIEowIBAAKCAQEAx3" + "k9Qz7Lw2Vn8TbYc5RdPq1"
SLIPS = (
    _made("aws-key", "AKIA" + "Q3EGZX7LM2NPRT5V", "the deploy user has {}"),
    _made("aws-secret", "wJalr9XUtnFEMI7K" + "MDENGbPxRfiCYzEXAMPLq", "aws_secret_access_key = {}"),
    _made("github", "ghp_" + "a8Jk2LmN4pQr6StU8vWx0yZa2BcD4eFg6HiJ", "cloning with {} works"),
    _made("gitlab", "glpat-" + "x7Yz9AbC1dEf3GhI5jKl", "use {} for the mirror"),
    _made("slack", "xoxb-" + "2417590311-4415830922-aB3dE5fG7hI9jK1lM3nO5pQ7", "the old hook used {}"),
    _made("anthropic", "sk-ant-" + "api03-Zq8Wv6Ut4Sr2Qp0On", "summarizer key {} still active?"),
    _made("openai", "sk-proj-" + "T3blbkFJq9w8e7r6t5y4u3i2o1p0", "same with {}"),
    _made("stripe", "sk_live_" + "51HqJ8K2eZvKYlo2C9x7B", "payments run with {} since yesterday"),
    _made("npm", "npm_" + "k3J9s8D7f6G5h4J3k2L1m0N9b8V7c6X5z4A3", "publish failed with {}"),
    _made("pypi", "pypi-" + "AgEIcHlwaS5vcmcCJGQ4ZjY5YTBm", "token for the package: {}"),
    _made("google", "AIza" + "SyD4x9Kq7Lm2Np5Rt8Vw1Yz3Bc6Ef9HjKmN", "maps calls go out with {}"),
    _made("sendgrid", "SG." + "nGq7x2Lk9Rt4Vw6Yz8Ab.Cd1Ef3Gh5Ij7Kl9Mn2Op4Qr6St8", "mail goes through {}"),
    _made("vault", "hvs." + "CAESIJx7Kq9Lm2Np5Rt8Vw1Yz3", "unsealed with {}"),
    _made("jwt", "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiI0MjQyIn0.q9w8e7r6t5y4u3i2", "curl gave back {}"),
    _made("pem", _B64, "-----BEGIN RSA PRIVATE KEY----- {} -----END RSA PRIVATE KEY-----"),
    _made("url-password", "Tr0ub4dor3x", "psql postgres://orders:{}@db.internal/orders hangs"),
    _made("url-token", "f8Kq2Lm9Np4Rt7Vw1Yz6", "the callback is /hook?access_token={}"),
    _made("bearer", "q7Yz9AbC1dEf3GhI5jKl7MnO", "curl -H 'Authorization: Bearer {}' answers 403"),
    _made("cookie", "8f2c9d7e1b4a6f3c", "log in with Cookie: sessionid={}"),
    _made("password", "Kestrel-Harbor-92", "the root password is {}"),
    _made("password-de", "Sommer2031!", "Passwort: {}"),
    _made("password-assigned", "hunter2hunter", "DB_PASSWORD={}"),
    _made("secret", "zX9kQ2mW7pL4vN8r", "client_secret: {}"),
    _made("otp", "481920", "my one-time code is {}"),
    _made("card", "4539 1488 0343 6467", "the test order was paid with {}"),
    _made("iban", "DE89 3704 0044 0532 0130 00", "refund to {}"),
    _made("email", "nadia.koenig@vandelay.example", "{} asks for news", may_be_shown=True),
    _made("phone", "+49 30 901820115", "call the data centre at {}", may_be_shown=True),
    _made("ip", "10.42.7.113", "ssh to {} times out", may_be_shown=True),
    _made("customer", CUSTOMER, "{} is one of those affected", may_be_shown=True),
)
ON_RECORD = SLIPS[::2]  # in messages that somebody puts on the timeline
SAID = SLIPS[1::2]  # in messages that stay in the channel
