"""Accounts of the roll and the known ones, by address. What a person marked as shared stays shared, whatever a file says."""

from __future__ import annotations

from collections.abc import Iterable

from heedful.people.roll.difference.values import AccountGiven, Known, KnownAccount, Owner
from heedful.people.roll.reading.values import Part, Problem, Roll, RollPerson, RollPupil

SHARED = Owner("shared")


class Accounts:
    """Gathers what happens to each account. Call `compare` once, then read the results."""

    def __init__(self, known: Known, roll: Roll) -> None:
        self.known, self.roll = known, roll
        self._by_address = {account.address: account for account in known.accounts}
        self.added: list[AccountGiven] = []
        self.moved: list[AccountGiven] = []
        self.reopened: list[int] = []
        self.adopted: list[int] = []
        self.closed: list[int] = []
        self.problems: list[Problem] = []
        self._listed: set[str] = set()
        self._given: set[str] = set()

    def compare(
        self,
        pupils: Iterable[tuple[RollPupil, Owner]], staff: Iterable[tuple[RollPerson, Owner]],
        pupil_keys: dict[str, Owner], staff_keys: dict[str, Owner], *, leavers: tuple[Iterable[int], Iterable[int]],
    ) -> None:  # fmt: skip
        """Give each address to whom the roll says; close those of `leavers` (pupils, staff) and what is listed no more.

        `pupil_keys` and `staff_keys` find the owners of accounts that are listed by themselves, known ones included.
        """
        people: list[tuple[RollPupil | RollPerson, Owner]] = [*pupils, *staff]
        for row, owner in people:
            for address in row.addresses:
                self._give(address, owner, row.at)
        for line in self.roll.accounts:
            found = SHARED if line.shared else pupil_keys.get(line.pupil) if line.pupil else staff_keys.get(line.staff)
            if found is None:
                column = "pupil_id" if line.pupil else "staff_id"
                self.problems.append(Problem(*line.at, column, "nobody on the roll has this id"))
                self._listed.add(line.address)
            else:
                self._give(line.address, found, line.at)
        self._close(frozenset(leavers[0]), frozenset(leavers[1]))

    def _give(self, address: str, owner: Owner, at: tuple[str, int]) -> None:
        if address in self._given:  # listed with its owner, and by itself
            return
        self._given.add(address)
        self._listed.add(address)
        known = self._by_address.get(address)
        if known is None:
            self.added.append(AccountGiven(address, owner))
        elif known.shared and not known.from_roll and owner != SHARED:
            text = "a person marked this account as shared; it stays so. Change it on the accounts page if one pupil alone uses it"
            self.problems.append(Problem(*at, "account", text))
        elif known.pupil is None and known.staff is None and not known.shared:
            self.added.append(AccountGiven(address, owner, known.id))
        elif owner != _owner_of(known):
            self.moved.append(AccountGiven(address, owner, known.id))
        elif known.is_closed:
            self.reopened.append(known.id)
        elif not known.from_roll:
            self.adopted.append(known.id)

    def _close(self, pupils: frozenset[int], staff: frozenset[int]) -> None:
        kept = self._listed | self.roll.mentioned.addresses
        moved = {given.id for given in self.moved}
        for account in self.known.accounts:
            if account.is_closed or account.id in moved:
                continue
            is_leavers = account.pupil in pupils or account.staff in staff
            is_unlisted = account.from_roll and account.address not in kept and self._covers(account)
            if is_leavers or is_unlisted:
                self.closed.append(account.id)

    def _covers(self, account: KnownAccount) -> bool:
        """Whether the roll lists every account of this kind, so that one which it lacks has gone."""
        torn = self.roll.mentioned.nameless
        if account.shared:
            part, people = Part.SHARED_ACCOUNTS, None
        elif account.pupil is not None:
            part, people = Part.PUPIL_ACCOUNTS, Part.PUPILS
        else:
            part, people = Part.STAFF_ACCOUNTS, Part.STAFF
        return part in self.roll.covers and not torn & {part, people}


def _owner_of(account: KnownAccount) -> Owner:
    if account.shared:
        return SHARED
    return Owner("pupil", id=account.pupil) if account.pupil is not None else Owner("staff", id=account.staff)
