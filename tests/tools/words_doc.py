"""Write docs/words.md from the words themselves: python -m tests.tools.words_doc"""

from pathlib import Path

from bot.floors import open_door
from bot.slack.commands import COMMAND

DOC = Path(__file__).parents[2] / "docs" / "words.md"
HEAD = f"""# Every word that follows `{COMMAND}`

Made from the code by `python -m tests.tools.words_doc`. Where a word works in an incident's channel, it also works
anywhere with the number: `{COMMAND} update INC-42`. Most are buttons on the card or in the panel too, which bare
`{COMMAND}` opens in an incident's channel.

| word | what it does | also | who | where |
|---|---|---|---|---|
"""


def table() -> str:
    rows = []
    for word in open_door().words:
        usage = f" {word.usage}".replace("|", "\\|") if word.usage else ""
        also = ", ".join(word.aliases)
        rows.append(f"| `{word.name}{usage}` | {word.help} | {also} | {word.who} | {word.where} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    DOC.write_text(table(), encoding="utf-8")
