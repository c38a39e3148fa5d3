"""The organisation's file as a person writes it."""

from pathlib import Path

import pytest

from bot.organisation import Organisation, OrganisationError, Reading


def complaint(file: Path, text: str) -> list[str]:
    """What is said about a file that cannot be used, line by line."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OrganisationError) as refused:
        Organisation.load(file)
    return str(refused.value).splitlines()


def reading(file: Path, text: str) -> Reading:
    file.write_text(text, encoding="utf-8")
    return Organisation.read(file)
