"""Staff of the roll and the known ones: by the source's id, else by the address they sign in with.

The roll gives the role `staff` and nothing else. Of somebody who has other duties it changes neither name nor address, and takes
no role away: a wrong line in a file must not lock out whoever is told of an urgent capture, nor move their sign-in to another address.
"""

from __future__ import annotations

from heedful.people.roll.difference.values import Known, KnownStaff, Owner, StaffAdded, StaffChanged
from heedful.people.roll.reading.values import Part, Problem, Roll, RollPerson


class Staff:
    """Gathers what happens to each member of staff. Call `compare` once, then read the results."""

    def __init__(self, known: Known, roll: Roll) -> None:
        self.roll, self.known = roll, known
        self._by_source = {person.source_id: person for person in known.staff if person.source_id}
        self._by_email = {person.email.lower(): person for person in known.staff}
        self.added: list[StaffAdded] = []
        self.changed: list[StaffChanged] = []
        self.closed: list[int] = []
        self.leavers_with_duties: list[int] = []
        self.changed_by_hand: list[int] = []
        self.problems: list[Problem] = []
        self.owners: dict[str, Owner] = {}  # by source id and by address
        self.rows: list[tuple[RollPerson, Owner]] = []
        self._taken: set[int] = set()

    def compare(self) -> None:
        """Match every row, then close those who have gone."""
        for row in sorted(self.roll.staff, key=lambda row: row.source_id not in self._by_source):
            by_source = self._by_source.get(row.source_id) if row.source_id else None
            by_email = self._by_email.get(row.email)
            known = by_source or by_email
            file, line = row.at
            if known is not None and known.id in self._taken:
                self.problems.append(Problem(file, line, "source_id", "the same person as in another line; give each person one row"))
            elif by_source and by_email and by_source.id != by_email.id:
                self._taken |= {by_source.id, by_email.id}
                self.problems.append(Problem(file, line, "email", "the id is one person's and the address another's; left as they are"))
            elif known is None:
                self.added.append(StaffAdded(row))
                self._own(row, Owner("staff", place=len(self.added) - 1))
            else:
                self._taken.add(known.id)
                self._match(known, row)
                self._own(row, Owner("staff", id=known.id))
        self._close()

    def _own(self, row: RollPerson, owner: Owner) -> None:
        self.rows.append((row, owner))
        for key in filter(None, (row.source_id.lower(), row.email, *row.addresses)):
            self.owners.setdefault(key, owner)

    def _match(self, known: KnownStaff, row: RollPerson) -> None:
        if not known.has_record and not known.has_role:
            self.added.append(StaffAdded(row, known.id))
            return
        values = {"source_id": row.source_id} if row.source_id and row.source_id != known.source_id else {}
        wanted = {name: getattr(row, name) for name in ("name", "email") if getattr(row, name) != getattr(known, name)}
        if wanted and known.has_duties:
            self.changed_by_hand.append(known.id)
        elif wanted:
            values |= wanted
        # Who was closed by hand stays closed: `has_left` says that an import did it.
        if values or known.has_left or not known.has_record:
            self.changed.append(StaffChanged(known.id, values, known.has_left, not known.has_record))

    def _close(self) -> None:
        mentioned = self.roll.mentioned
        gone = {person.id for key in self.roll.gone_staff if (person := self._by_source.get(key) or self._by_email.get(key.lower()))}
        if Part.STAFF in self.roll.covers and Part.STAFF not in mentioned.nameless:
            gone |= {
                person.id
                for person in self.known.staff
                if person.source_id not in mentioned.staff and person.email.lower() not in mentioned.addresses
            }
        for person in self.known.staff:
            if person.id in gone - self._taken and person.has_record and not person.has_left:
                self.closed.append(person.id)
                if person.has_duties:
                    self.leavers_with_duties.append(person.id)
