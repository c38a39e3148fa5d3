"""Text of others before a model reads it: one line, and nothing in it that cannot be seen."""

import re

# Soft hyphen, combining grapheme joiner, Hangul and Mongolian fillers, zero-width, bidi, invisible operators,
# variation selectors, interlinear marks, tags.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]+\s*")
_LIKE_A_LINE = re.compile(r"\b([A-Za-z]\d{1,5})\s*[|｜¦│]")


def clean(text: str) -> str:
    """Without what cannot be seen. Lines stay."""
    return _CONTROLS.sub("", _UNSEEN.sub("", text))


def one_line(text: str) -> str:
    """One line that cannot be taken for one of ours: `E12 |` within it loses its bar, and several bars are drawn
    otherwise."""
    flat = " ".join(_BREAKS.sub(" / ", text.strip()).split())
    flat = _LIKE_A_LINE.sub(r"(\1)", flat)
    return flat.replace("|", "¦") if flat.count("|") > 1 else flat


def label(text: str) -> str:
    """One line without any bar: a name, a kind."""
    return one_line(text).replace("|", "¦")
