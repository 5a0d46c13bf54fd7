"""From a file to a module: front matter in YAML, then Markdown. Every fault is told with its line, all of a file together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from heedful.people.rules import RoleName
from heedful.programme.training.markdown import faults_of, shown
from heedful.programme.training.rules import Duration

EVERYBODY = "everybody"
KEYS = {"title", "summary", "for", "minutes", "counts_for", "order", "sources", "questions", "stands_in_for", "opens_captures"}
NEEDED = {"title", "for", "minutes", "counts_for", "questions"}
QUESTION_KEYS = {"ask", "right", "wrong", "why"}
MOST_CHARACTERS = 60_000
MOST_QUESTIONS = 20
_DURATION = re.compile(r"(\d{1,2}) (month|week)s?")


class ModuleRefused(Exception):
    """This text is no module; `faults` names every fault with its line."""

    def __init__(self, name: str, faults: list[tuple[int, str]]) -> None:
        self.faults = [f"{name}, line {line}: {what}" for line, what in sorted(faults)]
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True)
class Question:
    """One question: its options in the order in which they are shown, and the places of the right ones."""

    ask: str
    options: tuple[str, ...]
    right: frozenset[int]
    why: str

    @property
    def takes_several(self) -> bool:
        return len(self.right) > 1


@dataclass(frozen=True)
class Module:
    """Something to learn. `audience` is empty where it is for everybody."""

    key: str
    title: str
    summary: str
    audience: frozenset[RoleName]
    minutes: int
    counts_for: Duration
    order: int
    sources: tuple[str, ...]
    questions: tuple[Question, ...]
    stands_in_for: str
    opens_captures: bool
    text: str
    text_hash: str
    is_own: bool = False

    def is_for(self, roles: frozenset[RoleName]) -> bool:
        return bool(roles) and (not self.audience or bool(self.audience & roles))

    @property
    def html(self) -> str:
        return shown(self.text)


def read_module(key: str, text: str, *, name: str, is_own: bool = False) -> Module:
    """Read one module. Raises ModuleRefused, which names the file and every fault in it by line."""
    if len(text) > MOST_CHARACTERS:
        raise ModuleRefused(name, [(1, f"the text has {len(text):,} characters; at most {MOST_CHARACTERS:,}")])
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((place for place, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if lines[0].strip() != "---" or end is None:
        raise ModuleRefused(name, [(1, "a module begins with ---, then what it is about in YAML, then --- again, then its text")])
    head, body = _head(name, lines[1:end]), "\n".join(lines[end + 1 :]).strip("\n")
    places = _places(lines[:end])
    blank = next((extra for extra, line in enumerate(lines[end + 1 :]) if line.strip()), 0)
    faults = [*_faults_of_head(head, places), *faults_of(body, first_line=end + 2 + blank)]
    if not body.strip():
        faults.append((end + 1, "there is nothing to read below the second ---"))
    if is_own and (head.get("opens_captures") or head.get("stands_in_for")):
        faults.append((places.get("opens_captures", places.get("stands_in_for", 1)), "only Heedful's own modules open captures or stand in for others"))
    if faults:
        raise ModuleRefused(name, faults)
    return _module(key, head, body, is_own=is_own)


def _head(name: str, lines: list[str]) -> dict[str, Any]:
    try:
        head = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise ModuleRefused(name, [((mark.line if mark else 0) + 2, f"this is no YAML: {getattr(fault, 'problem', None) or 'it can not be read'}")]) from fault
    if not isinstance(head, dict):
        raise ModuleRefused(name, [(2, "write lines like 'title: Our phones policy' between the two ---")])
    return head


def _places(lines: list[str]) -> dict[str, int]:
    """On which line each key of the head stands, and each question as `question 1`, `question 2`, …"""
    places: dict[str, int] = {}
    asked = 0
    for number, line in enumerate(lines, 1):
        if found := re.match(r"([a-z_]+):", line):
            places.setdefault(found[1], number)
        elif re.match(r"\s*- ask:", line):
            asked += 1
            places[f"question {asked}"] = number
    return places


def _faults_of_head(head: Mapping[str, Any], places: Mapping[str, int]) -> list[tuple[int, str]]:
    def at(key: str) -> int:
        return places.get(key, 1)

    faults = [(at(str(key)), f"'{key}' is not known; it takes {', '.join(sorted(KEYS))}") for key in head if key not in KEYS]
    faults += [(1, f"'{key}' is missing") for key in sorted(NEEDED - set(head))]
    roles = {str(role) for role in RoleName} | {EVERYBODY}
    audience = head.get("for", [])
    if not isinstance(audience, list) or (not audience and "for" in head) or not {str(each) for each in audience} <= roles:
        faults.append((at("for"), f"'for' takes a list of {', '.join(sorted(roles))}"))
    if "minutes" in head and not (isinstance(head["minutes"], int) and 1 <= head["minutes"] <= 120):
        faults.append((at("minutes"), "'minutes' takes a number from 1 to 120"))
    if "counts_for" in head and not _DURATION.fullmatch(str(head["counts_for"])):
        faults.append((at("counts_for"), "'counts_for' takes '12 months' or '6 weeks'"))
    for key in ("title", "summary"):
        if key in head and not (isinstance(head[key], str) and 3 <= len(head[key]) <= (120 if key == "title" else 300)):
            faults.append((at(key), f"'{key}' takes 3 to {120 if key == 'title' else 300} characters"))
    return faults + _faults_of_questions(head.get("questions"), places)


def _faults_of_questions(questions: Any, places: Mapping[str, int]) -> list[tuple[int, str]]:
    if questions is None:
        return []
    if not isinstance(questions, list) or not 1 <= len(questions) <= MOST_QUESTIONS:
        return [(places.get("questions", 1), f"'questions' takes 1 to {MOST_QUESTIONS} questions, each beginning with '- ask:'")]
    faults = []
    for number, asked in enumerate(questions, 1):
        line = places.get(f"question {number}", places.get("questions", 1))
        if not isinstance(asked, dict) or set(asked) != QUESTION_KEYS:
            faults.append((line, f"question {number} takes 'ask', 'right', 'wrong' and 'why'"))
            continue
        lists = [asked["right"], asked["wrong"]]
        if not all(isinstance(each, list) and each and all(isinstance(option, str) for option in each) for each in lists):
            faults.append((line, f"question {number}: 'right' and 'wrong' each take a list of one or more answers"))
        elif len(set(asked["right"] + asked["wrong"])) < len(asked["right"] + asked["wrong"]):
            faults.append((line, f"question {number}: two answers are the same"))
    return faults


def _module(key: str, head: Mapping[str, Any], body: str, *, is_own: bool) -> Module:
    found = _DURATION.fullmatch(str(head["counts_for"]))
    assert found  # checked above
    counts_for = Duration(**{f"{found[2]}s": int(found[1])})
    audience = frozenset() if EVERYBODY in head["for"] else frozenset(RoleName(role) for role in head["for"])
    return Module(
        key=key, title=head["title"], summary=head.get("summary", ""), audience=audience, minutes=head["minutes"], counts_for=counts_for,
        order=head.get("order", 100), sources=tuple(map(str, head.get("sources", []))),
        questions=tuple(_question(asked) for asked in head["questions"]), stands_in_for=head.get("stands_in_for", ""),
        opens_captures=bool(head.get("opens_captures", False)), text=body,
        text_hash=hashlib.sha256(repr((sorted(head.items(), key=str), body)).encode()).hexdigest(), is_own=is_own,
    )  # fmt: skip


def _question(asked: Mapping[str, Any]) -> Question:
    # By a hash, so that the right one stands anywhere, and in the same place for everybody.
    options = sorted([*asked["right"], *asked["wrong"]], key=lambda option: hashlib.sha256((asked["ask"] + option).encode()).digest())
    return Question(asked["ask"], tuple(options), frozenset(options.index(option) for option in asked["right"]), asked["why"])
