"""The demo school's policies: short, in Markdown, read by the register as any school's are, and linked to themes and deeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from heedful.demo.school import DemoSchool
from heedful.programme.policies.actions.linking import link_section, sign_version
from heedful.programme.policies.actions.register import Approval, Facts, Upload, add_policy
from heedful.programme.policies.models import PolicySection
from heedful.programme.policies.rules import Deed, Kind, SignAs, Target


@dataclass(frozen=True)
class Clause:
    """One section, with the themes and deeds that it stands behind."""

    title: str
    text: str
    themes: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()


POLICIES: tuple[tuple[str, tuple[Kind, ...], tuple[Clause, ...]], ...] = (
    (
        "Safeguarding and child protection policy", (Kind.SAFEGUARDING, Kind.CHILD_PROTECTION),
        (
            Clause("Suicide, self-harm and eating disorders", "The lead is told the same day. Nobody asks a pupil to show an injury. The school nurse and the family are part of the plan.", ("suicide", "self_harm", "eating_disorder", "low_mood"), (Deed.SPEAK,)),
            Clause("Abuse, exploitation and radicalisation", "Staff listen, write down the words, promise no secrecy, and tell the lead at once.", ("abuse_disclosure", "sexual_exploitation", "criminal_exploitation", "extremism"), (Deed.REFER,)),
            Clause("Nudes and sexual content", "No member of staff views, copies or forwards an image. The lead follows the guidance on sharing nudes and semi-nudes.", ("nudes", "sexual_content"), (Deed.SEAL_PICTURE,)),
            Clause("Weapons and violence", "The lead and the head decide together, the same day, who else needs to know.", ("weapons", "violence")),
            Clause("Talking with families", "Families are told unless that puts the child at risk. The lead decides and writes down why.", (), (Deed.TELL_PARENTS, Deed.CLOSE)),
        ),
    ),
    (
        "Behaviour policy", (Kind.BEHAVIOUR,),
        (
            Clause("Bullying and discrimination", "The pastoral team speaks with both sides the same day and looks again after a week.", ("bullying", "discrimination")),
            Clause("Drugs, alcohol, vapes and gambling", "Help first. The nurse is offered; the family is told.", ("drugs", "gambling")),
            Clause("Language and getting round the filter", "A word from the tutor; the second time, a talk with the pastoral team.", ("language", "bypass")),
            Clause("No sanction by a machine", "A capture is where a talk begins, never a sanction by itself.", (), (Deed.SANCTION, Deed.DISMISS)),
        ),
    ),
    ("Procedure for indecent images", (Kind.INDECENT_IMAGES,), (Clause("Nobody looks, nobody copies", "Seal it, tell the lead, ring the police where the guidance says so.", (), (Deed.REVEAL_PICTURE,)),)),
)  # fmt: skip


def seed_policies(school: DemoSchool, *, now: datetime) -> None:
    """Put each into the register and link its sections."""
    head, today = school.staff["head"], timezone.localdate(now)
    for title, kinds, clauses in POLICIES:
        text = "\n\n".join(f"# {clause.title}\n\n{clause.text}" for clause in clauses)
        facts = Facts(title, kinds, head.pk, today + timedelta(days=300))
        approval = Approval("2026.1", "Governors' safeguarding committee", today - timedelta(days=20))
        upload = Upload("policy.md", text.encode())
        policy = add_policy(school_id=school.school.pk, facts=facts, approval=approval, source=upload, viewer=head, now=now)
        sections = {section.title: section.pk for section in PolicySection.objects.filter(version__policy=policy)}
        for clause in clauses:
            targets = [*(Target(theme=theme) for theme in clause.themes), *(Target(deed=str(deed)) for deed in clause.deeds)]
            for target in targets:
                link_section(school_id=school.school.pk, section_id=sections[clause.title], target=target, viewer=head, now=now)
        if Kind.INDECENT_IMAGES in kinds:
            version = PolicySection.objects.filter(version__policy=policy).values_list("version_id", flat=True)[0]
            for signed_as, key in ((SignAs.SAFEGUARDING, "dsl"), (SignAs.HEAD, "head")):
                sign_version(version_id=version, signed_as=signed_as, viewer=school.staff[key], now=now)
