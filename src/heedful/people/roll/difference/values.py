"""The roll as it is known, and the changes that a new one asks for. Frozen; a handle is a known row's id or a new group's name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

from heedful.people.roll.reading.values import Problem, RollPerson, RollPupil

Handle = int | str


@dataclass(frozen=True)
class KnownPupil:
    id: int
    source_id: str
    given_name: str
    family_name: str
    year_group: int | None
    tutor_group: str
    has_left: bool
    from_roll: bool
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True)
class KnownStaff:
    """A member of staff. `has_record`: the roll of this school knows them. `has_duties`: a role beyond `staff`, here or elsewhere."""

    id: int
    source_id: str
    email: str
    name: str
    has_record: bool
    has_left: bool
    is_active: bool
    has_role: bool
    has_duties: bool


@dataclass(frozen=True)
class KnownAccount:
    id: int
    address: str
    pupil: int | None
    staff: int | None
    shared: bool
    from_roll: bool
    is_closed: bool


@dataclass(frozen=True)
class KnownGroup:
    id: int
    name: str
    source_id: str
    from_roll: bool


@dataclass(frozen=True)
class Known:
    """Everything that is known of one school, at one version of its roll."""

    version: int
    pupils: tuple[KnownPupil, ...] = ()
    staff: tuple[KnownStaff, ...] = ()
    accounts: tuple[KnownAccount, ...] = ()
    groups: tuple[KnownGroup, ...] = ()


class Owner(NamedTuple):
    """Whose an account is to be. `kind` is pupil, staff or shared; `id` a known row, `place` one that this difference adds."""

    kind: str
    id: int | None = None
    place: int | None = None


@dataclass(frozen=True)
class PupilAdded:
    row: RollPupil
    groups: frozenset[Handle] = frozenset()


@dataclass(frozen=True)
class PupilChanged:
    """`values` are the fields that become new. An `adopted` pupil was put there by hand and is kept by imports from now on."""

    id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    joins: frozenset[Handle] = frozenset()
    leaves: frozenset[int] = frozenset()
    is_reopened: bool = False
    is_adopted: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether somebody would see a change, beyond who looks after the row."""
        return bool(self.values or self.joins or self.leaves)


@dataclass(frozen=True)
class StaffAdded:
    """Somebody new, or (`user_id`) a person of the installation who is new to this school."""

    row: RollPerson
    user_id: int | None = None


@dataclass(frozen=True)
class StaffChanged:
    """`is_adopted`: they were added by hand; the roll knows them from now on."""

    id: int
    values: Mapping[str, str] = field(default_factory=dict)
    is_reopened: bool = False
    is_adopted: bool = False


@dataclass(frozen=True)
class AccountGiven:
    """`id` is empty for an address that was never heard of."""

    address: str
    owner: Owner
    id: int | None = None


@dataclass(frozen=True)
class GroupChanged:
    id: int
    name: str
    source_id: str


@dataclass(frozen=True)
class Difference:
    """All changes that a roll asks for. `leavers_with_duties` are closed on the roll and keep roles and sign-in until a person
    decides; of `changed_by_hand` name and address differ, and an import may not change somebody's who has duties."""

    version: int
    groups_added: Mapping[str, str] = field(default_factory=dict)  # name -> source id
    groups_changed: tuple[GroupChanged, ...] = ()
    pupils_added: tuple[PupilAdded, ...] = ()
    pupils_changed: tuple[PupilChanged, ...] = ()
    pupils_closed: tuple[int, ...] = ()
    staff_added: tuple[StaffAdded, ...] = ()
    staff_changed: tuple[StaffChanged, ...] = ()
    staff_closed: tuple[int, ...] = ()
    leavers_with_duties: tuple[int, ...] = ()
    changed_by_hand: tuple[int, ...] = ()
    accounts_added: tuple[AccountGiven, ...] = ()
    accounts_moved: tuple[AccountGiven, ...] = ()
    accounts_reopened: tuple[int, ...] = ()
    accounts_adopted: tuple[int, ...] = ()
    accounts_closed: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    counts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        told = {"version", "leavers_with_duties", "changed_by_hand"}
        return not any(getattr(self, each.name) for each in fields(self) if each.compare and each.name not in told)

    def fingerprint(self) -> str:
        """The same for the same changes to the same version of the roll, and for no others: SHA-256 in hex."""
        return hashlib.sha256(json.dumps(_plain(self), separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value) if each.compare]
    if isinstance(value, Mapping):
        return sorted(([str(key), _plain(inner)] for key, inner in value.items()), key=lambda pair: pair[0])
    if isinstance(value, frozenset):
        return sorted((_plain(inner) for inner in value), key=str)
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
