"""A register of policies with something of everything: linked, changed, past its review, half signed, without headings, elsewhere. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from heedful.programme.policies.actions.linking import link_section, sign_version
from heedful.programme.policies.actions.register import Address, Approval, Facts, Upload, add_policy, add_version
from heedful.programme.policies.models import Policy, PolicySection
from heedful.programme.policies.rules import Kind, SignAs, Target
from tests.personas.people import Place

SAFEGUARDING = """# Safeguarding and child protection policy

Every member of staff has a part in keeping pupils safe.

## 1 Roles

The designated safeguarding lead decides what happens with a concern. A deputy stands in when the lead is away.

## 2 Recognising harm

### 2.1 Self-harm and suicide

A pupil who speaks of ending their life is seen the same day, by somebody they trust, and is not left alone until then. The lead tells parents unless that puts the pupil at risk.

### 2.2 Exploitation

Anything that looks like grooming, criminal exploitation or extremism goes to the lead at once. Nobody questions the pupil before the lead has spoken with children's social care.

## 3 Monitoring of school devices

School devices are monitored, and their users know it. What is captured is looked at by the lead and the deputies alone, and each look is recorded.

## 4 Telling parents

Parents are told by a person, in a conversation. Heedful tells nobody.
"""
BEHAVIOUR = """# Behaviour policy

We expect kindness, in rooms and on screens.

## 1 Bullying

Bullying, on-line or in person, is dealt with by the head of year on the same school day. The pupil who was bullied is spoken with first.

## 2 Sanctions

A person decides on a sanction, never a machine. The first step is a conversation.

## 3 Getting round the filter

Devices that were changed to get round the filter are given back to the technician for a week.
"""
IMAGES = """# Procedure for indecent images of children

## 1 Do not look

Nobody copies, prints, forwards or describes the picture. Seal it in Heedful at once and tell the lead.

## 2 Who is told

The lead speaks with the police and children's social care the same day, and writes down the reference.

## 3 Afterwards

The pupil is spoken with by somebody trained. Nobody asks to be sent the picture again.
"""
BULLYING = "Anti-bullying charter\n\nWho we are\n\nA school where nobody eats lunch alone.\n\nWhat we do\n\nWe listen first, and act the same day.\n"


@dataclass(frozen=True)
class PoliciesScene:
    """Numbers of the policies that pages are opened on."""

    policy_school: int
    policy: int
    policy_changed: int
    policy_to_sign: int
    policy_plain: int  # no headings were found
    policy_section: int


def set_policies(place: Place, *, now: datetime) -> PoliciesScene:
    """Put six policies into the register, link some of their clauses, change one, sign half of one."""
    dsl, head = place.staff["dsl"], place.staff["head"]
    today = timezone.localdate(now)

    def put(title: str, text: str | Address, *kinds: Kind, review: int = 280, owner: str = "dsl") -> Policy:
        source = text if isinstance(text, Address) else Upload("policy.md", text.encode())
        facts = Facts(title, kinds, place.staff[owner].pk, today + timedelta(days=review))
        approval = Approval("September", "Governing body", today - timedelta(days=80))
        return add_policy(school_id=place.school.pk, facts=facts, approval=approval, source=source, viewer=dsl, now=now - timedelta(days=70))

    safeguarding = put("Safeguarding and child protection policy", SAFEGUARDING, Kind.SAFEGUARDING, Kind.CHILD_PROTECTION)
    behaviour = put("Behaviour policy", BEHAVIOUR, Kind.BEHAVIOUR, owner="behaviour_lead")
    images = put("Procedure for indecent images", IMAGES, Kind.INDECENT_IMAGES)
    charter = put("Anti-bullying charter", BULLYING, Kind.ANTI_BULLYING, owner="deputy")
    put("Data protection policy", "# Data protection\n\nWe keep what we need and no longer.\n", Kind.DATA_PROTECTION, review=-12, owner="head")
    put("Acceptable use agreement", Address("https://larkfield.example/acceptable-use"), Kind.ACCEPTABLE_USE, owner="technician")
    for policy, title, targets in (
        (safeguarding, "2.1 Self-harm and suicide", [Target("suicide"), Target("self_harm"), Target("low_mood", 4)]),
        (safeguarding, "2.2 Exploitation", [Target("sexual_exploitation"), Target("criminal_exploitation"), Target("extremism")]),
        (safeguarding, "4 Telling parents", [Target(deed="tell_parents")]),
        (behaviour, "1 Bullying", [Target("bullying"), Target("discrimination", 0, "ks3")]),
        (behaviour, "2 Sanctions", [Target(deed="sanction")]),
        (behaviour, "3 Getting round the filter", [Target("bypass")]),
        (images, "1 Do not look", [Target("nudes"), Target(deed="seal_picture"), Target(deed="reveal_picture")]),
    ):
        for target in targets:
            link_section(school_id=place.school.pk, section_id=_section(policy, title).pk, target=target, viewer=dsl, now=now - timedelta(days=60))
    sign_version(version_id=images.versions.get().pk, signed_as=SignAs.HEAD, viewer=head, now=now - timedelta(days=9))
    _renew(behaviour, today, place, now)
    section = _section(safeguarding, "3 Monitoring of school devices").pk
    return PoliciesScene(place.school.pk, safeguarding.pk, behaviour.pk, images.pk, charter.pk, section)


def _section(policy: Policy, title: str) -> PolicySection:
    return PolicySection.objects.get(version__policy=policy, title=title)


def _renew(policy: Policy, today: date, place: Place, now: datetime) -> None:
    text = BEHAVIOUR.replace("by the head of year on the same school day", "by the head of year within two school days, and by the lead where it goes on")
    add_version(
        policy_id=policy.pk, approval=Approval("November", "Governing body", today - timedelta(days=6)), next_review_on=today + timedelta(days=359),
        source=Upload("policy.md", text.encode()), viewer=place.staff["deputy"], now=now - timedelta(days=5),
    )  # fmt: skip
