"""The fictional school of the demo: Larkfield Academy, its thousand pupils and its staff. Every name is invented."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff, create_school
from heedful.people.clearance.actions import give_clearance
from heedful.people.clearance.rules import READING_ROLES, Path
from heedful.people.defaults import UK_HELP_LINES, UK_PRIVATE_HOSTS
from heedful.people.models import Pupil, School, User
from heedful.people.rules import RoleName, Stage

PUPILS = 1000
FIRST_YEAR, LAST_YEAR = 3, 13
MAIL_HOST = "larkfield.school.example"
SEED = 20260901
GIVEN = (
    "Aaliyah", "Adam", "Aisha", "Alfie", "Amelia", "Amir", "Ava", "Ayaan", "Bella", "Ben", "Callum", "Carys", "Chidi", "Chloe", "Daniel",
    "Dylan", "Eesa", "Efua", "Eleri", "Ella", "Ewan", "Farah", "Finn", "Freya", "George", "Grace", "Hamza", "Hannah", "Harriet", "Ibrahim",
    "Imogen", "Isla", "Jack", "Jakub", "Jasmine", "Joel", "Kai", "Katya", "Keira", "Leo", "Lewis", "Lily", "Luca", "Maisie", "Maryam",
    "Mateo", "Megan", "Mina", "Mohamed", "Nia", "Noah", "Nusrat", "Oliwia", "Omar", "Oscar", "Poppy", "Rafael", "Rhys", "Rosa", "Ruby",
    "Sadie", "Samira", "Seren", "Simran", "Sophie", "Tariq", "Tegan", "Theo", "Tobi", "Uma", "Violet", "Wiktor", "Yasmin", "Yusuf", "Zara", "Zofia",
)  # fmt: skip
FAMILY = (
    "Abara", "Ahmed", "Akhtar", "Ashdown", "Bailey", "Barlow", "Begum", "Bevan", "Blackwood", "Carver", "Chaudhry", "Coombes", "Dacosta", "Dunmore",
    "Edwards", "Ellery", "Fairley", "Fenwick", "Gallagher", "Garside", "Gill", "Hallam", "Hartley", "Hussain", "Ingram", "Iqbal", "Jarvis",
    "Kamara", "Kaur", "Keating", "Kowalski", "Lambert", "Lockwood", "Mahmood", "Marlow", "Mensah", "Merrick", "Nowak", "Nwosu", "Oakley", "Osei",
    "Parry", "Patel", "Penrose", "Quigley", "Rahman", "Redfern", "Rees", "Sandhu", "Shaw", "Sheldon", "Silva", "Tate", "Thorne", "Udoka",
    "Vance", "Vaughan", "Walsh", "Whitby", "Wojcik", "Yardley", "Zaman",
)  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """One sign-in link of the demo."""

    key: str
    name: str
    role: RoleName

    @property
    def email(self) -> str:
        return f"{self.key}@{MAIL_HOST}"


PERSONAS = (
    Persona("dsl", "Amara Lockhart", RoleName.DSL),
    Persona("deputy", "Tom Hale", RoleName.DEPUTY),
    Persona("behaviour", "Priya Vance", RoleName.BEHAVIOUR),
    Persona("technician", "Sam Whitlock", RoleName.TECHNICIAN),
    Persona("head", "Ruth Calder", RoleName.HEAD),
    Persona("governor", "Desmond Ayre", RoleName.GOVERNOR),
    Persona("staff", "Jo Pemberton", RoleName.STAFF),
)


@dataclass(frozen=True)
class DemoSchool:
    school: School
    pupils: tuple[Pupil, ...]
    addresses: tuple[str, ...]  # of each pupil, same order
    staff: dict[str, User]


def seed_school(*, now: datetime) -> DemoSchool:
    """Make the school with its roll and staff, still being set up. The same every time but for keys and tokens."""
    school = create_school(
        name="Larkfield Academy", now=now, trust_name="Fenland Learning Trust", stage=Stage.SET_UP,
        help_lines=UK_HELP_LINES, private_hosts=UK_PRIVATE_HOSTS, next_read="A member of the safeguarding team reads these on school days from 8 to 5.",
    )  # fmt: skip
    rows = _roll(random.Random(SEED))  # noqa: S311 - a fictional roll, not a secret
    pupils = add_pupils(school, rows, now=now)
    addresses = tuple(f"{row.given_name}.{row.family_name}.{index:04d}@{MAIL_HOST}".lower() for index, row in enumerate(rows))
    accounts = [NewAccount(address, pupil=pupil) for address, pupil in zip(addresses, pupils, strict=True)]
    add_accounts(school, [*accounts, NewAccount(f"library@{MAIL_HOST}", shared=True)], now=now)
    staff = {p.key: add_staff(school=school, email=p.email, name=p.name, roles=[p.role], now=now) for p in PERSONAS}
    for persona in PERSONAS:
        if persona.role in READING_ROLES:
            give_clearance(user=staff[persona.key], school=school, path=Path.TRAINED, expires_on=now.date() + timedelta(days=330), now=now)
    return DemoSchool(school, tuple(pupils), addresses, staff)


def _roll(dice: random.Random) -> list[NewPupil]:
    years = list(range(FIRST_YEAR, LAST_YEAR + 1))
    rows = []
    for index in range(PUPILS):
        year = years[index % len(years)]
        form = f"{year}{'ABCD'[index // len(years) % 4]}"
        rows.append(NewPupil(dice.choice(GIVEN), dice.choice(FAMILY), year, tutor_group=form, groups=(f"Year {year}", form)))
    return rows
