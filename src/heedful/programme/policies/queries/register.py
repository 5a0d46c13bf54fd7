"""The register as its pages show it. What is not the viewer's is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from heedful.people.models import Role, User
from heedful.people.queries import has_right, people_with_role
from heedful.people.rules import NotFound, Right, RoleName
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection, PolicySignature, PolicyVersion
from heedful.programme.policies.queries.standing import PolicyFact, policy_facts, unlinked_themes
from heedful.programme.policies.reading.values import NOTES, Block
from heedful.programme.policies.rules import CONTENT_TYPE, ENDING, MAY_SIGN, MUST_BE_LINKED, Format, Kind, Section, SignAs, Target
from heedful.programme.policies.sealing import open_file
from heedful.programme.policies.wording import Span, became, compare
from heedful.thresholds.rules import THEME_TITLES
from heedful.vault.queries import SchoolVault


@dataclass(frozen=True)
class Register:
    """All policies in force, and what is missing."""

    policies: tuple[PolicyFact, ...]
    missing: tuple[Kind, ...]  # of the three that monitoring must be linked to, and the procedure
    unlinked: tuple[str, ...]  # titles of themes
    to_confirm: int

    @property
    def past_review(self) -> tuple[PolicyFact, ...]:
        return tuple(policy for policy in self.policies if policy.is_past_review)


def register_of(viewer: User, school_id: int) -> Register:
    """The school's register. Raises NotFound."""
    _may_see(viewer, school_id)
    facts = policy_facts(school_id)
    there = {kind for fact in facts for kind in fact.kinds}
    missing = tuple(kind for kind in (*MUST_BE_LINKED, Kind.INDECENT_IMAGES) if kind not in there)
    return Register(facts, missing, tuple(THEME_TITLES[theme] for theme in unlinked_themes(school_id)), sum(fact.to_confirm for fact in facts))


@dataclass(frozen=True)
class ShownSection:
    id: int
    place: int
    level: int
    title: str
    text: str
    page: int
    links: tuple[tuple[int, Target], ...]


@dataclass(frozen=True)
class ShownVersion:
    """One version in the list of all."""

    id: int
    number: int
    label: str
    format: Format
    address: str
    approved_by: str
    approved_on: date
    added_at: datetime
    added_by: str
    size_bytes: int
    has_file: bool
    is_lost: bool  # it was a file, and the vault has it no more


@dataclass(frozen=True)
class OpenPolicy:
    """One policy with its newest text and all its versions, the newest first."""

    fact: PolicyFact
    sections: tuple[ShownSection, ...]
    versions: tuple[ShownVersion, ...]
    notes: tuple[str, ...]
    has_headings: bool
    pages: int

    @property
    def newest(self) -> ShownVersion:
        return self.versions[0]


def open_policy(viewer: User, school_id: int, policy_id: int) -> OpenPolicy:
    """Raises NotFound."""
    _may_see(viewer, school_id)
    fact = next((fact for fact in policy_facts(school_id) if fact.id == policy_id), None)
    if fact is None:
        raise NotFound
    links: dict[int, list[tuple[int, Target]]] = {}
    for link in PolicyLink.objects.filter(section__version=fact.version_id).order_by("theme", "deed", "level", "pk"):
        links.setdefault(link.section_id, []).append((link.pk, Target(link.theme, link.level, link.band, link.deed)))
    versions = list(PolicyVersion.objects.filter(policy=policy_id).defer("blocks").select_related("added_by").order_by("-number"))
    return OpenPolicy(
        fact=fact, pages=versions[0].pages, notes=tuple(NOTES[note] for note in versions[0].notes if note in NOTES),
        sections=tuple(
            ShownSection(row.pk, row.place, row.level, row.title, row.text, row.page, tuple(links.get(row.pk, ())))
            for row in PolicySection.objects.filter(version=fact.version_id).order_by("place")
        ),
        versions=tuple(_shown(row) for row in versions), has_headings=any(level for _, level, _ in versions[0].blocks),
    )  # fmt: skip


def _shown(row: PolicyVersion) -> ShownVersion:
    return ShownVersion(
        id=row.pk, number=row.number, label=row.label, format=Format(row.format), address=row.address, approved_by=row.approved_by,
        approved_on=row.approved_on, added_at=row.added_at, added_by=row.added_by.name if row.added_by else "", size_bytes=row.size_bytes,
        has_file=bool(row.blob), is_lost=row.format != Format.LINK and not row.blob,
    )  # fmt: skip


@dataclass(frozen=True)
class PolicyFile:
    content: bytes
    content_type: str
    name: str


def file_of(viewer: User, school_id: int, version_id: int) -> PolicyFile:
    """The file of a version as it came. Raises NotFound, and VaultError where it can't be opened."""
    _may_see(viewer, school_id)
    row = PolicyVersion.objects.defer("blocks").filter(pk=version_id, school_id=school_id).exclude(blob="").first()
    if row is None:
        raise NotFound
    kind = Format(row.format)
    content = open_file(SchoolVault(school_id), row.blob)
    return PolicyFile(content, CONTENT_TYPE[kind], f"policy-{row.policy_id}-version-{row.number}.{ENDING[kind]}")


@dataclass(frozen=True)
class Marking:
    """The lines of a version, for a person to say which are headings."""

    version_id: int
    blocks: tuple[Block, ...]
    is_open: bool  # nothing is linked to its sections yet


def marking_of(viewer: User, school_id: int, policy_id: int) -> Marking:
    """Raises NotFound, also where there are no lines to mark."""
    if not has_right(viewer, school_id, Right.RUN_PROGRAMME):
        raise NotFound
    row = PolicyVersion.objects.filter(policy=policy_id, school_id=school_id, policy__withdrawn_at=None).order_by("-number").first()
    if row is None or not row.blocks:
        raise NotFound
    return Marking(row.pk, tuple(Block(*block) for block in row.blocks), not PolicyLink.objects.filter(section__version=row).exists())


@dataclass(frozen=True)
class ToConfirm:
    """A link whose section was changed: what it said, and what its section most likely says now."""

    link_id: int
    target: Target
    old_title: str
    old_version: str
    new_section_id: int | None
    new_title: str
    old: Sequence[Span]
    new: Sequence[Span]


@dataclass(frozen=True)
class Confirming:
    fact: PolicyFact
    links: tuple[ToConfirm, ...]
    sections: tuple[tuple[int, str], ...]  # of the newest version, to choose from


def confirming_of(viewer: User, school_id: int, policy_id: int) -> Confirming:
    """The links of a policy that wait to be confirmed. Raises NotFound."""
    _may_see(viewer, school_id)
    fact = next((fact for fact in policy_facts(school_id) if fact.id == policy_id), None)
    if fact is None:
        raise NotFound
    rows = list(PolicySection.objects.filter(version=fact.version_id).order_by("place"))
    values = [Section(row.title, row.level, row.text, row.page) for row in rows]
    links = PolicyLink.objects.filter(section__version__policy=policy_id).exclude(section__version=fact.version_id)
    found = []
    for link in links.select_related("section__version").defer("section__version__blocks").order_by("section__place", "pk"):
        old = link.section
        place = became(Section(old.title, old.level, old.text, old.page), values)
        left, right = compare(old.text, rows[place].text if place is not None else "")
        new = rows[place] if place is not None else None
        target = Target(link.theme, link.level, link.band, link.deed)
        found.append(
            ToConfirm(link.pk, target, old.title, old.version.label, new.pk if new else None, new.title if new else "", left, right)
        )
    return Confirming(fact, tuple(found), tuple((row.pk, row.title) for row in rows))


@dataclass(frozen=True)
class Choices:
    """The sections that can be linked, by policy."""

    policies: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]


def sections_to_link(viewer: User, school_id: int) -> Choices:
    """Every section of every newest version. Raises NotFound."""
    _may_see(viewer, school_id)
    facts = policy_facts(school_id)
    rows: dict[int, list[tuple[int, str]]] = {}
    sections = PolicySection.objects.filter(version__in=[fact.version_id for fact in facts]).order_by("version", "place")
    for version, pk, title in sections.values_list("version", "pk", "title"):
        rows.setdefault(version, []).append((pk, title))
    return Choices(tuple((fact.title, tuple(rows.get(fact.version_id, ()))) for fact in facts))


def staff_to_own(viewer: User, school_id: int) -> list[User]:
    """Who can own a policy: active staff of the school, by name. Raises NotFound."""
    _may_see(viewer, school_id)
    return sorted(people_with_role(school_id, *RoleName), key=lambda user: (user.name, user.pk))


def withdrawn_of(viewer: User, school_id: int) -> list[Policy]:
    """What was taken out of the register, the latest first. Raises NotFound."""
    _may_see(viewer, school_id)
    return list(Policy.objects.filter(school_id=school_id).exclude(withdrawn_at=None).order_by("-withdrawn_at"))


def signatures_open_to(viewer: User, school_id: int, version_id: int) -> frozenset[SignAs]:
    """Which signatures of a version the viewer can give: by their roles, and none where they have given one."""
    if not has_right(viewer, school_id, Right.RUN_PROGRAMME) or PolicySignature.objects.filter(version=version_id, by=viewer).exists():
        return frozenset()
    roles = set(Role.objects.filter(user=viewer, school_id=school_id).values_list("name", flat=True))
    return frozenset(sign for sign, may in MAY_SIGN.items() if roles & {str(role) for role in may})


def _may_see(viewer: User, school_id: int) -> None:
    if not has_right(viewer, school_id, Right.SEE_PROGRAMME):
        raise NotFound
