"""Whom the school tells, and the texts that Heedful brings for each: pure, but for reading its own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db.models import TextChoices

from heedful.people.rules import AgeBand, RoleName

_READY = Path(__file__).parent / "ready"
MOST_CHARACTERS = 12_000


class Audience(TextChoices):
    """The stakeholder groups. Staff and governors with an account are told by mail and on their page, the others by the school itself."""

    STAFF = "staff", "Staff"
    GOVERNORS = "governors", "Governors"
    PUPILS = "pupils", "Pupils"
    PARENTS = "parents", "Parents and carers"


class TextKey(TextChoices):
    """Every text that a school gives out."""

    STAFF = "staff", "All staff"
    LEADS = "leads", "Safeguarding leads and deputies"
    BEHAVIOUR = "behaviour", "Behaviour leads"
    TECHNICIANS = "technicians", "IT technicians"
    HEAD = "head", "Head"
    GOVERNORS = "governors", "Governors"
    PUPILS_KS1 = "pupils_ks1", "Pupils, key stage 1 (5 to 7)"
    PUPILS_KS2 = "pupils_ks2", "Pupils, key stage 2 (7 to 11)"
    PUPILS_KS3 = "pupils_ks3", "Pupils, key stages 3 to 5 (11 to 19)"
    PARENTS = "parents", "Parents and carers"
    PILOT_PUPILS_YOUNG = "pilot_pupils_young", "Pilot: pupils to age 11"
    PILOT_PUPILS = "pilot_pupils", "Pilot: pupils from age 11"
    PILOT_FAMILIES = "pilot_families", "Pilot: families"
    LAUNCH_SET = "launch_set", "The launch date is set"
    LAUNCH_MOVED = "launch_moved", "The launch date has moved"


@dataclass(frozen=True)
class Spec:
    """One text: whom it is for, who of the staff is sent it, what its reading age should not pass, and which age bands it is for."""

    key: TextKey
    audiences: tuple[Audience, ...]
    roles: frozenset[RoleName] = frozenset()
    bands: frozenset[AgeBand] = frozenset()
    most_age: int | None = None
    is_pilot: bool = False
    is_required: bool = True
    """Whether the school's launch (or, `is_pilot`, its pilot) waits until it is out."""
    is_announced: bool = False
    """Given out by Heedful itself when something happens, never by the press of a button."""

    @property
    def is_sent(self) -> bool:
        """Whether people with an account get it from Heedful itself."""
        return bool(self.roles)

    @property
    def handed_to(self) -> tuple[Audience, ...]:
        """Those whom the school tells by its own ways."""
        return tuple(audience for audience in self.audiences if audience is not Audience.STAFF)


STAFF_ROLES = frozenset(RoleName) - {RoleName.GOVERNOR}
_YOUNG = frozenset({AgeBand.KS1, AgeBand.KS2})
_OLDER = frozenset({AgeBand.KS3, AgeBand.KS4, AgeBand.KS5, AgeBand.UNKNOWN})
SPECS: Mapping[TextKey, Spec] = {
    spec.key: spec
    for spec in (
        Spec(TextKey.STAFF, (Audience.STAFF,), STAFF_ROLES),
        Spec(TextKey.LEADS, (Audience.STAFF,), frozenset({RoleName.DSL, RoleName.DEPUTY}), is_required=False),
        Spec(TextKey.BEHAVIOUR, (Audience.STAFF,), frozenset({RoleName.BEHAVIOUR}), is_required=False),
        Spec(TextKey.TECHNICIANS, (Audience.STAFF,), frozenset({RoleName.TECHNICIAN}), is_required=False),
        Spec(TextKey.HEAD, (Audience.STAFF,), frozenset({RoleName.HEAD}), is_required=False),
        Spec(TextKey.GOVERNORS, (Audience.GOVERNORS,), frozenset({RoleName.GOVERNOR})),
        Spec(TextKey.PUPILS_KS1, (Audience.PUPILS,), bands=frozenset({AgeBand.KS1}), most_age=9),
        Spec(TextKey.PUPILS_KS2, (Audience.PUPILS,), bands=frozenset({AgeBand.KS2}), most_age=9),
        Spec(TextKey.PUPILS_KS3, (Audience.PUPILS,), bands=_OLDER, most_age=11),
        Spec(TextKey.PARENTS, (Audience.PARENTS,), most_age=13),
        Spec(TextKey.PILOT_PUPILS_YOUNG, (Audience.PUPILS,), bands=_YOUNG, most_age=9, is_pilot=True),
        Spec(TextKey.PILOT_PUPILS, (Audience.PUPILS,), bands=_OLDER, most_age=11, is_pilot=True),
        Spec(TextKey.PILOT_FAMILIES, (Audience.PARENTS,), most_age=13, is_pilot=True),
        Spec(TextKey.LAUNCH_SET, tuple(Audience), frozenset(RoleName), most_age=13, is_required=False, is_announced=True),
        Spec(TextKey.LAUNCH_MOVED, tuple(Audience), frozenset(RoleName), most_age=13, is_required=False, is_announced=True),
    )
}


@dataclass(frozen=True)
class Words:
    """A title and a body, with placeholders or already filled."""

    title: str
    body: str


@lru_cache(maxsize=32)
def ready_text(key: TextKey) -> Words:
    """The text that Heedful brings."""
    title, _, body = (_READY / f"{key}.md").read_text("utf-8").partition("\n")
    return Words(title.removeprefix("# ").strip(), body.strip())


@dataclass(frozen=True)
class Block:
    """A part of a text as a page places it: `heading`, `list` or `text`."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(body: str) -> tuple[Block, ...]:
    """Split a text: `## ` begins a heading, `- ` a line of a list, an empty line ends a paragraph. Nothing else means anything."""
    blocks: list[Block] = []
    open_kind = ""
    for line in body.splitlines():
        text = line.strip()
        kind = "" if not text else "heading" if text.startswith("## ") else "list" if text.startswith("- ") else "text"
        if kind and kind == open_kind and kind != "heading":
            blocks[-1] = Block(kind, (*blocks[-1].lines, text.removeprefix("- ")))
        elif kind:
            blocks.append(Block(kind, (text.removeprefix("## ").removeprefix("- "),)))
        open_kind = kind
    return tuple(blocks)
