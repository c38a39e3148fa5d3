"""A YAML file that people write, read so that every fault can name its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

KeyPath = tuple[str | int, ...]
MERGE = "tag:yaml.org,2002:merge"
# The rest of the line, and with it the bracket's end, is lost in a comment.
UNCLOSED = 'A bracket is opened and never closed. Put a text that begins with # in quotes: ["#incidents"]'
SYNTAX_MENDS = {
    "found character '\\t'": "Indent with spaces, not tabs",
    "mapping values are not allowed here": 'If a text has a colon in it, put the text in quotes: "a: b"',
    "found unexpected end of stream": "A quote or bracket is opened and never closed",
    "found character '@'": "Put a text that begins with @ in quotes",
    "but found another document": "Keep one document to a file: remove the line ---",
    "expected ',' or ']'": UNCLOSED,
    "expected ',' or '}'": UNCLOSED,
    "expected the node content, but found '<stream end>'": UNCLOSED,
    "found undefined alias": "Put a text that begins with * in quotes",
}


@dataclass(frozen=True)
class Problem:
    """One fault in a file, told to whoever wrote it: where, and what to write instead."""

    file: str
    line: int | None
    key: str
    advice: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.advice) if part)


@dataclass
class Document:
    """What the file says: plain values, and for every key path its line and its own words."""

    file: str
    content: dict[str, object] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    words: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: KeyPath, advice: str) -> Problem:
        """A fault at the nearest line that the file has for this key."""
        known = (self.lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in self.lines)
        return Problem(self.file, next(known, None), dotted(path), advice)


def read(path: Path) -> Document:
    """Read the file. What is wrong with it as YAML is in `problems`; the rest is still read."""
    document = Document(path.name)
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        root = loader.get_single_node()
    except OSError as unreadable:
        document.problems.append(Problem(str(path), None, "", f"cannot be read: {unreadable.strerror}."))
    except UnicodeDecodeError:
        document.problems.append(Problem(document.file, None, "", "is not UTF-8 text. Save it again as UTF-8."))
    except yaml.YAMLError as broken:
        document.problems.append(syntax_problem(document.file, broken))
    else:
        Reader(loader, document).read_root(root)
    return document


def dotted(path: KeyPath) -> str:
    """`severities.SEV1.update_every`, `policies[2].name`."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


class Reader:
    """Turns YAML's nodes into values, noting where each one stood."""

    def __init__(self, loader: yaml.SafeLoader, document: Document) -> None:
        self.loader = loader
        self.document = document
        self.open: list[yaml.Node] = []

    def read_root(self, root: yaml.Node | None) -> None:
        if root is None:
            return
        if not isinstance(root, yaml.MappingNode):
            self.fault(root, (), 'must be keys and values, such as announce: "#incidents".')
            return
        self.document.content = self.mapping(root, ())

    def value(self, node: yaml.Node, path: KeyPath) -> object:
        if any(node is outer for outer in self.open):
            self.document.problems.append(self.document.problem(path, "holds itself. Write the value out."))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self.sequence(node, path)
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, object]:
        self.open.append(node)
        self.refuse_duplicates(node, path)
        self.loader.flatten_mapping(node)
        values: dict[str, object] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                # Merged keys come first and the mapping's own win, as YAML says.
                self.document.lines[(*path, key.value)] = key.start_mark.line + 1
                values[key.value] = self.value(value, (*path, key.value))
        self.open.pop()
        return values

    def refuse_duplicates(self, node: yaml.MappingNode, path: KeyPath) -> None:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(key, path, "has a key that is not a word. Put texts with [ or { in quotes.")
            elif key.value in seen:
                self.fault(
                    key, (*path, key.value), f"is already written on line {seen[key.value]}. Keep one of the two."
                )
            elif key.tag != MERGE:
                seen[key.value] = key.start_mark.line + 1

    def sequence(self, node: yaml.SequenceNode, path: KeyPath) -> list[object]:
        self.open.append(node)
        values = list(self.items(node, path))
        self.open.pop()
        return values

    def items(self, node: yaml.SequenceNode, path: KeyPath) -> Iterator[object]:
        for index, item in enumerate(node.value):
            self.document.lines[(*path, index)] = item.start_mark.line + 1
            yield self.value(item, (*path, index))

    def scalar(self, node: yaml.Node, path: KeyPath) -> object:
        self.document.words[path] = str(node.value)
        try:
            value: object = self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.fault(node, path, f'"{node.value}" cannot be read. Put it in quotes if it is a text.')
            return None
        # YAML 1.1 reads 1:30 as the number 90; whoever wrote it did not.
        return str(node.value) if isinstance(value, int | float) and ":" in node.value else value

    def fault(self, node: yaml.Node, path: KeyPath, advice: str) -> None:
        line = node.start_mark.line + 1
        self.document.problems.append(Problem(self.document.file, line, dotted(path), advice))


def syntax_problem(file: str, broken: yaml.YAMLError) -> Problem:
    mark = getattr(broken, "problem_mark", None) or getattr(broken, "context_mark", None)
    what = getattr(broken, "problem", None) or getattr(broken, "reason", None) or str(broken)
    usual = "Check quotes, colons and indentation here and on the line above"
    mend = next((mend for start, mend in SYNTAX_MENDS.items() if what.startswith(start)), usual)
    return Problem(file, None if mark is None else mark.line + 1, "", f"is not YAML ({what}). {mend}.")
