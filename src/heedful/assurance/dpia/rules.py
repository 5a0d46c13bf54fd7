"""What is missing before an assessment can be approved, and whether an approved one still holds: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from heedful.assurance.dpia.live import Line, Section
from heedful.assurance.dpia.questions import Question, questions_of

MOST_CHARACTERS = 4_000


class DpiaRefused(Exception):
    """It can't be saved or approved; the text says why, for the page."""


@dataclass(frozen=True)
class Missing:
    """A required answer that is not there."""

    section: Section
    label: str


@dataclass(frozen=True)
class Part:
    """One section as pages and the PDF place it: what is live, and question with answer."""

    section: Section
    lines: tuple[Line, ...]
    answers: tuple[tuple[Question, str], ...]
    missing: int


def missing_in(answers: Mapping[str, str], lines: Iterable[Line]) -> tuple[Missing, ...]:
    """What must be answered first. A high risk that is left needs the Commissioner's answer (Article 36)."""
    questions = questions_of(lines)
    found = [Missing(question.section, question.label) for question in questions if question.is_required and not answers.get(question.key, "").strip()]
    if is_left_high(answers) and not answers.get("ico", "").strip():
        found.append(Missing(Section.RISKS, "a risk that is left is high: the Information Commissioner must be consulted first"))
    return tuple(found)


def is_left_high(answers: Mapping[str, str]) -> bool:
    return any(value == "high" for key, value in answers.items() if key.startswith("risk.") and key.endswith(".left"))


def parts_of(answers: Mapping[str, str], lines: Iterable[Line]) -> tuple[Part, ...]:
    """The document, section by section. Choices are given in words."""
    lines = tuple(lines)
    questions, missing = questions_of(lines), missing_in(answers, lines)
    return tuple(
        Part(
            section,
            tuple(line for line in lines if line.section == section),
            tuple((question, in_words(question, answers.get(question.key, ""))) for question in questions if question.section == section),
            sum(each.section == section for each in missing),
        )
        for section in Section
    )


def in_words(question: Question, answer: str) -> str:
    if question.is_date and answer:
        return f"{date.fromisoformat(answer):%-d %B %Y}"
    return dict(question.choices).get(answer, answer) if question.choices else answer


def kept_answers(given: Mapping[str, str], lines: Iterable[Line]) -> dict[str, str]:
    """The answers to the questions that are asked, trimmed; others are let go. Raises DpiaRefused for one that is too long or no choice."""
    kept = {}
    for question in questions_of(lines):
        answer = given.get(question.key, "").strip()
        if len(answer) > MOST_CHARACTERS:
            raise DpiaRefused(f"“{question.label}” has {len(answer):,} characters; {MOST_CHARACTERS:,} are the most.")
        if question.choices and answer not in dict(question.choices):
            raise DpiaRefused(f"“{question.label}”: choose one of the list.")
        if answer:
            kept[question.key] = answer
    return kept
