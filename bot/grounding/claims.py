"""What a model may say: short claims, each with the entries that it rests on."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Basis(StrEnum):
    STATED = "stated"  # an entry says so in words
    INFERRED = "inferred"  # it follows from entries; rendered as such


class Claim(BaseModel):
    """One or two sentences. `cites` comes first, so that a model that writes in order chooses its evidence before
    its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cites: list[str]
    text: str
    basis: Basis
