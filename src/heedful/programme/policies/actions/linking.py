"""Linking sections to themes and deeds, confirming links after a new version, and signing a version."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import Role, User
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection, PolicySignature, PolicyVersion
from heedful.programme.policies.rules import MAY_SIGN, Kind, RegisterRefused, SignAs, Target, check_target


def link_section(*, school_id: int, section_id: int, target: Target, viewer: User, now: datetime) -> PolicyLink:
    """Say that this section stands behind a theme or a deed. A second time changes nothing. Raises NotFound and RegisterRefused."""
    check_target(target)
    with transaction.atomic():
        section = newest_section(section_id, viewer)
        if section.version.school_id != school_id:
            raise NotFound
        link, is_new = PolicyLink.objects.get_or_create(
            school_id=school_id, section=section, theme=target.theme, level=target.level, band=target.band, deed=target.deed,
            defaults={"confirmed_at": now, "confirmed_by": viewer},
        )  # fmt: skip
        if is_new:
            _changed(section.version.policy_id, now)
            details = {"section": section.pk, "theme": target.theme, "level": target.level, "band": target.band, "deed": target.deed}
            _audit(link, Action.POLICY_LINKED, viewer, now, details)
    return link


def confirm_link(*, link_id: int, section_id: int, viewer: User, now: datetime) -> None:
    """After a new version: this section of it now stands behind what the old one did. Raises NotFound."""
    with transaction.atomic():
        link, section = _link(link_id, viewer), newest_section(section_id, viewer)
        if section.version.policy_id != link.section.version.policy_id:
            raise NotFound
        try:
            with transaction.atomic():
                standing = PolicyLink.objects.filter(pk=link.pk, section=link.section)
                moved = standing.update(section=section, confirmed_at=now, confirmed_by=viewer)
        except IntegrityError:  # somebody linked the new section already
            moved, _ = PolicyLink.objects.filter(pk=link.pk).delete()
        if moved:
            _changed(section.version.policy_id, now)
            _audit(link, Action.POLICY_LINK_CONFIRMED, viewer, now, {"section": section.pk})


def unlink(*, school_id: int, link_id: int, viewer: User, now: datetime) -> None:
    """The section stands behind this no more. Raises NotFound."""
    with transaction.atomic():
        link = _link(link_id, viewer)
        if link.school_id != school_id:
            raise NotFound
        if PolicyLink.objects.filter(pk=link.pk).delete()[0]:
            _changed(link.section.version.policy_id, now)
            _audit(link, Action.POLICY_UNLINKED, viewer, now, {"section": link.section_id, "theme": link.theme, "deed": link.deed})


def sign_version(*, version_id: int, signed_as: SignAs, viewer: User, now: datetime) -> None:
    """Sign the newest version of the procedure for indecent images. Two people sign: one for safeguarding, and the head."""
    with transaction.atomic():
        version = PolicyVersion.objects.select_related("policy").filter(pk=version_id, policy__withdrawn_at=None).first()
        if version is None or not has_right(viewer, version.school_id, Right.RUN_PROGRAMME):
            raise NotFound
        if Kind.INDECENT_IMAGES not in version.policy.kinds:
            raise RegisterRefused("Only the procedure for indecent images is signed.")
        if newest_version(version.policy) != version:
            raise RegisterRefused("A newer version was added meanwhile. Please read that one.")
        if not Role.objects.filter(user=viewer, school_id=version.school_id, name__in=MAY_SIGN[signed_as]).exists():
            raise RegisterRefused("You don't have the role for this signature.")
        if PolicySignature.objects.filter(version=version, by=viewer).exclude(signed_as=signed_as).exists():
            raise RegisterRefused("You have signed already. The other signature is another person's.")
        _, is_new = PolicySignature.objects.get_or_create(version=version, signed_as=signed_as, defaults={"by": viewer, "at": now})
        if is_new:
            _changed(version.policy_id, now)
            fact = Fact(Action.POLICY_SIGNED, "policy", (str(version.policy_id),), {"version": version.pk, "as": str(signed_as)})
            append(school_id=version.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)


def newest_version(policy: Policy) -> PolicyVersion:
    """The version that counts."""
    return PolicyVersion.objects.filter(policy=policy).order_by("-number").select_related("policy")[0]


def newest_section(section_id: int, viewer: User) -> PolicySection:
    """A section of a newest version in force that the viewer may link. Raises NotFound, and RegisterRefused where a newer version came."""
    section = PolicySection.objects.select_related("version__policy").filter(pk=section_id, version__policy__withdrawn_at=None).first()
    if section is None or not has_right(viewer, section.version.school_id, Right.RUN_PROGRAMME):
        raise NotFound
    if newest_version(section.version.policy).pk != section.version_id:
        raise RegisterRefused("A newer version of this policy was added meanwhile. Choose the section of that one.")
    return section


def _link(link_id: int, viewer: User) -> PolicyLink:
    link = PolicyLink.objects.select_related("section__version").filter(pk=link_id).first()
    if link is None or not has_right(viewer, link.school_id, Right.RUN_PROGRAMME):
        raise NotFound
    return link


def _changed(policy_id: int, now: datetime) -> None:
    Policy.objects.filter(pk=policy_id).update(changed_at=now)


def _audit(link: PolicyLink, action: Action, viewer: User, now: datetime, details: dict[str, object]) -> None:
    append(school_id=link.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "policy_link", (str(link.pk),), details), now=now)
