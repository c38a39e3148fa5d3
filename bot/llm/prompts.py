"""The prompts: words in `prompts/`, loaded, checked and rendered once when the bot starts.

An organisation may put a file of its own, with the same name, in the folder that TOCSIN_PROMPTS names.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import jinja2
import jinja2.meta
import jinja2.sandbox
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.llm import answers, tokens
from bot.llm.model import Asked, LanguageModel, Turn

HERE = Path(__file__).parents[1]
PROMPTS = next(place for place in (HERE / "_prompts", HERE.parent / "prompts") if place.is_dir())
USER = "\n--- user ---\n"  # what comes after it is the user's part
MARKER = "marker"
SHAPE = "begin with `---`, the front matter, `---`, then the words for the system, `--- user ---`, the user's words"
# What an expression in a template can come to.
TEMPLATE_TROUBLE = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class BadPrompt(Exception):
    """A prompt cannot be used; the message names the file and the mend."""


class Task(StrEnum):
    """What a model is asked for; the prompt is the file of this name."""

    OVERVIEW = "postmortem_overview"
    RESPONSE = "postmortem_response"
    LESSONS = "postmortem_lessons"
    FACTS = "facts"
    REPAIR = "repair"
    CATCHUP = "catchup"
    STATUS_UPDATE = "status_update"
    TITLE = "title"


AWAITED = {Task.CATCHUP, Task.STATUS_UPDATE, Task.TITLE}  # by a person who looks at a form


class Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    max_input_tokens: int = Field(gt=0)
    max_output_tokens: int = Field(gt=0)


class Front(BaseModel):
    """A prompt's front matter. `shape` is written `schema`: a class of `answers`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    version: int = Field(gt=0)
    shape: str = Field(alias="schema")
    inputs: list[str]
    limits: Limits


@dataclass(frozen=True)
class Prompt:
    task: str
    version: str  # kept with whatever it helped to write
    shape: type[answers.Shape]
    inputs: frozenset[str]
    limits: Limits
    digest: str  # SHA-256 of all its words and of the answer's shape, in hex
    system: str
    user: jinja2.Template

    def ask(self, inputs: Mapping[str, str], within: timedelta | None = None, marker: str | None = None) -> Asked:
        """The question with all its inputs, the marker apart: text that people wrote stands between two lines of
        it, which nobody could guess. Whatever must not leave was taken out before."""
        if inputs.keys() != self.inputs - {MARKER}:
            raise TypeError(f"{self.task} takes {sorted(self.inputs - {MARKER})}, and was given {sorted(inputs)}")
        given = {**inputs, MARKER: marker or new_marker()}
        user = self.user.render(given).strip()
        turn = Turn.AWAITED if self.task in AWAITED else Turn.LATER
        return Asked(self.task, self.version, self.system, user, self.limits.max_output_tokens, within, turn)

    def key(self, inputs: Mapping[str, str]) -> str:
        """The same for the same question, whatever its marker: for whoever keeps answers. SHA-256 in hex."""
        return hashlib.sha256(json.dumps([self.digest, inputs], sort_keys=True).encode()).hexdigest()

    def room(self, model: LanguageModel) -> int:
        """How many tokens its inputs may come to, all together."""
        bare = self.ask(dict.fromkeys(self.inputs - {MARKER}, ""))
        most = min(self.limits.max_input_tokens, model.context_tokens - self.limits.max_output_tokens)
        return max(0, most - model.tokens(bare.system + bare.user))


Prompts = Mapping[str, Prompt]


def new_marker() -> str:
    return f"====[ {secrets.token_hex(8)} ]===="


def load(local: Path | None = None, shipped: Path = PROMPTS) -> Prompts:
    """Every prompt by its task, each tried out. Raises BadPrompt."""
    return _as_shipped() if local is None and shipped == PROMPTS else _loaded(local, shipped)


@cache
def _as_shipped() -> Prompts:
    """Those that come with Tocsin stay as they are while it runs."""
    return _loaded(None, PROMPTS)


def _loaded(local: Path | None, shipped: Path) -> Prompts:
    files = {file.name: file for file in sorted(shipped.glob("*.md"))}
    own = _own(local, files) if local else {}
    shelf = Shelf({**files, **own}, frozenset(own))
    missing = [f"{task}.md" for task in Task if f"{task}.md" not in files]
    if missing:
        raise BadPrompt(f"{missing[0]}: it is missing from {shipped}. Install Tocsin again.")
    made = {str(task): shelf.prompt(f"{task}.md") for task in Task}
    if own:
        _agree(made, load(None, shipped))
    return made


def _own(folder: Path, shipped: Mapping[str, Path]) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadPrompt(f"TOCSIN_PROMPTS: {folder} is not a folder. Name one, or leave the variable empty.")
    own = {file.name: file for file in sorted(folder.glob("*.md"))}
    for name in own.keys() - shipped.keys():
        raise BadPrompt(f"{name}: there is no such prompt to stand in for. Name it as one of: {', '.join(shipped)}.")
    return own


def _agree(made: Prompts, shipped: Prompts) -> None:
    """What the code gives and reads is the same, whoever wrote the words."""
    for task, prompt in made.items():
        theirs = shipped[task]
        if prompt.shape is not theirs.shape:
            raise BadPrompt(f"{task}.md: write `schema: {theirs.shape.__name__}`, as in the prompt that ships.")
        if prompt.inputs - theirs.inputs:
            strange = ", ".join(sorted(prompt.inputs - theirs.inputs))
            raise BadPrompt(f"{task}.md: {strange}: there is no such input. There are {', '.join(theirs.inputs)}.")


class Shelf:
    """The files that prompts are made of: whole ones, and those that begin with `_`, which others include."""

    def __init__(self, files: Mapping[str, Path], own: frozenset[str]) -> None:
        self._files = files
        self._own = own
        self._texts = {name: _text(file) for name, file in files.items()}
        self._jinja = jinja2.sandbox.ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            loader=jinja2.DictLoader({name: text for name, text in self._texts.items() if name.startswith("_")}),
        )

    def prompt(self, name: str) -> Prompt:
        front, system, user = self._parts(name)
        if f"{front.task}.md" != name:
            raise BadPrompt(f"{name}: says `task: {front.task}`, but the file's name is its task.")
        shape = answers.Shapes.all.get(front.shape)
        if shape is None:
            raise BadPrompt(f"{name}: schema: there is no {front.shape}. There are {', '.join(answers.Shapes.all)}.")
        try:
            told = json.dumps(answers.schema(shape), sort_keys=True)
        except answers.NotPortable as why:
            raise BadPrompt(f"{name}: schema: {why}.") from None
        files = [name, *sorted(self._included(name, system) | self._included(name, user))]
        self._check_inputs(name, front, system, user)
        made = Prompt(
            front.task,
            f"{front.version}+local" if self._own & set(files) else str(front.version),
            shape,
            frozenset(front.inputs),
            front.limits,
            hashlib.sha256("\0".join([*(self._texts[file] for file in files), told]).encode()).hexdigest(),
            self._jinja.from_string(system).render().strip(),
            self._jinja.from_string(user),
        )
        _try_out(name, made)
        return made

    def _parts(self, name: str) -> tuple[Front, str, str]:
        try:
            nothing, matter, words = self._texts[name].split("---\n", 2)
            system, user = words.split(USER)
        except ValueError:
            raise BadPrompt(f"{name}: {SHAPE}.") from None
        if nothing.strip():
            raise BadPrompt(f"{name}: {SHAPE}.")
        try:
            return Front.model_validate(yaml.safe_load(matter)), system, user
        except yaml.YAMLError as wrong:
            raise BadPrompt(f"{name}: the front matter is not YAML ({' '.join(str(wrong).split())}).") from None
        except ValidationError as invalid:
            raise BadPrompt(f"{name}: {_mend(invalid)}") from None

    def _check_inputs(self, name: str, front: Front, system: str, user: str) -> None:
        in_system, in_user = self._asked_for(name, system), self._asked_for(name, user)
        if in_system:  # it is always the same, so that a server can keep what it made of it
            strange = ", ".join(sorted(in_system))
            raise BadPrompt(f"{name}: {strange}: what is given belongs in the user's part, not in the system's.")
        if in_user != set(front.inputs):
            asked, said = sorted(in_user), sorted(front.inputs)
            raise BadPrompt(f"{name}: inputs: says it needs {said}, but its words ask for {asked}.")
        if MARKER not in in_user:
            raise BadPrompt(f"{name}: put a line with {{{{ marker }}}} before and after what people wrote.")

    def _asked_for(self, name: str, words: str) -> set[str]:
        parts = [words, *(self._texts[included] for included in self._included(name, words))]
        return set().union(*(jinja2.meta.find_undeclared_variables(self._parsed(name, part)) for part in parts))

    def _included(self, name: str, words: str) -> set[str]:
        """What these words include, and what that includes."""
        found: set[str] = set()
        waiting = [words]
        while waiting:
            for other in jinja2.meta.find_referenced_templates(self._parsed(name, waiting.pop())):
                if other is None or not other.startswith("_") or other not in self._texts:
                    known = ", ".join(sorted(file for file in self._files if file.startswith("_")))
                    raise BadPrompt(f"{name}: include: there is no {other}. There are: {known}.")
                if other not in found:
                    found.add(other)
                    waiting.append(self._texts[other])
        return found

    def _parsed(self, name: str, words: str) -> jinja2.nodes.Template:
        try:
            self._jinja.compile(words)  # knows more faults than reading it
            return self._jinja.parse(words)
        except jinja2.TemplateSyntaxError as wrong:
            raise BadPrompt(f"{name}: line {wrong.lineno} of a part: {wrong.message}.") from None


def _try_out(name: str, prompt: Prompt) -> None:
    """With a word for each input: what asks for more, or loses one, is found now and not in the night."""
    words = {given: f"<the {given}>" for given in prompt.inputs - {MARKER}}
    try:
        asked = prompt.ask(words)
        for given in words.values():
            if given not in asked.user:
                raise BadPrompt(f"{name}: {given} does not stand in what is sent as it is.")
        marks = asked.user.count("====[")
    except TEMPLATE_TROUBLE as wrong:
        raise BadPrompt(f"{name}: cannot be rendered ({wrong}).") from None
    if marks < 2:
        raise BadPrompt(f"{name}: put a line with {{{{ marker }}}} before and after what people wrote.")
    if tokens.estimate(asked.system + asked.user) >= prompt.limits.max_input_tokens:
        raise BadPrompt(f"{name}: limits: its own words take more than max_input_tokens.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadPrompt(f"{file.name}: it is not UTF-8 text. Save it again as UTF-8.") from None
    except OSError as why:
        raise BadPrompt(f"{file.name}: it cannot be read ({why.strerror}).") from None


def _mend(invalid: ValidationError) -> str:
    """The first fault, in words."""
    fault = invalid.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    match fault["type"]:
        case "extra_forbidden":
            return f"{where}: there is no such key. There are task, version, schema, inputs and limits."
        case "missing":
            return f"{where}: is missing."
        case _:
            return f"{where or 'the front matter'}: {fault['msg']}."
