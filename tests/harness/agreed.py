"""A threshold table that comes into force the only way there is: a draft, cited, signed by all three strands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from heedful.people.actions import add_staff, set_strands
from heedful.people.models import School, User
from heedful.people.rules import RoleName, Strand
from heedful.thresholds.actions import cite, put_in_force, sign_off, start_draft
from heedful.thresholds.models import ThresholdDraft, ThresholdVersion
from heedful.thresholds.rules import THEMES, CellNote, Key, Line

SIGNERS = {Strand.TECHNICAL: RoleName.TECHNICIAN, Strand.BEHAVIOUR: RoleName.BEHAVIOUR, Strand.SAFEGUARDING: RoleName.DEPUTY}


def working_group(school: School, now: datetime) -> dict[Strand, User]:
    """One person for each strand, made where the school has nobody of that name yet."""
    people = {}
    for strand, role in SIGNERS.items():
        email = f"{strand}-{school.pk}@group.example"
        person = User.objects.filter(email=email).first() or add_staff(
            school=school, email=email, name=f"{strand.label} of the group", roles=[role], now=now
        )
        set_strands(user=person, school=school, strands=[strand], by=None, now=now)
        people[strand] = person
    return people


def cited_draft(
    school: School, lines: Mapping[Key, Line], *, by: User, now: datetime, reason: str = "Agreed", notes: Mapping[Key, CellNote] | None = None
) -> ThresholdDraft:
    """A draft with a policy named for every row: ready to be signed where no line is unsure."""
    draft = start_draft(school_id=school.pk, lines=lines, notes=notes or {}, reason=reason, viewer=by, now=now)
    return cite(
        draft_id=draft.pk, revision=draft.revision, themes=THEMES, reference="Child protection policy, section 4", guidance="kcsie",
        guidance_version="2026", viewer=by, now=now,
    )  # fmt: skip


def signed_draft(
    school: School, lines: Mapping[Key, Line], *, by: User, now: datetime, reason: str = "Agreed", notes: Mapping[Key, CellNote] | None = None
) -> ThresholdDraft:
    """A draft that each strand has signed."""
    draft = cited_draft(school, lines, by=by, now=now, reason=reason, notes=notes)
    for strand, person in working_group(school, now).items():
        sign_off(draft_id=draft.pk, revision=draft.revision, strand=strand, viewer=person, now=now)
    return draft


def agreed(
    school: School, lines: Mapping[Key, Line], *, by: User, now: datetime, reason: str = "Agreed", notes: Mapping[Key, CellNote] | None = None
) -> ThresholdVersion:
    """Put these lines in force; what is not given stays as it is."""
    draft = signed_draft(school, lines, by=by, now=now, reason=reason, notes=notes)
    return put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=by, now=now)
