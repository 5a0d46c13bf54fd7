"""The clause that applies: sections linked to a theme or a deed, as other pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from heedful.people.models import User
from heedful.people.queries import has_right
from heedful.people.rules import AgeBand, Right
from heedful.programme.policies.models import PolicyLink
from heedful.programme.policies.queries.standing import newest_versions
from heedful.programme.policies.rules import Deed, Target, applies, is_past_review, specificity
from heedful.thresholds.rules import THEME_TITLES, THEMES

MOST_SHOWN_CHARACTERS = 900


@dataclass(frozen=True)
class Clause:
    """One section of a policy that stands behind a theme or a deed."""

    link_id: int
    policy_id: int
    policy: str
    version: str
    section_id: int
    title: str
    text: str
    page: int
    url: str
    target: Target
    is_to_confirm: bool
    next_review_on: date
    is_past_review: bool

    @property
    def excerpt(self) -> str:
        """The text as a panel shows it: whole where it is short, else its beginning up to the end of a sentence or word."""
        if len(self.text) <= MOST_SHOWN_CHARACTERS:
            return self.text
        cut = self.text[:MOST_SHOWN_CHARACTERS]
        return cut[: max(cut.rfind(". ") + 1, cut.rfind(" "))].rstrip() + " …"

    @property
    def is_cut(self) -> bool:
        return len(self.text) > MOST_SHOWN_CHARACTERS

    @property
    def applies_when(self) -> str:
        """In words, when it applies; empty where it always does."""
        return in_words(self.target, with_subject=False)


def in_words(target: Target, *, with_subject: bool = True) -> str:
    """`Bullying, level 3, age 7-11`, or the narrowing alone."""
    words = [Deed(target.deed).label] if target.deed else [THEME_TITLES[target.theme]]
    said = words if with_subject else []
    said += [f"level {target.level}"] if target.level else []
    said += [f"age {AgeBand(target.band).label}"] if target.band else []
    return ", ".join(said)


def clauses_for(viewer: User, school_id: int, theme: str, level: int | None = None, band: str | None = None) -> tuple[Clause, ...]:
    """The clauses that stand behind a theme at this level for this age, the most exact first; empty where the viewer may not see the programme."""
    return clauses_for_themes(viewer, school_id, [theme], level, band)


def clauses_for_themes(
    viewer: User, school_id: int, themes: Iterable[str], level: int | None = None, band: str | None = None
) -> tuple[Clause, ...]:
    """The same for several themes, in their order; a section that stands behind two of them comes once."""
    found: dict[int, Clause] = {}
    clauses = _clauses(viewer, school_id)
    for theme in themes:
        fitting = [clause for clause in clauses if applies(clause.target, theme=theme, level=level, band=band)]
        for clause in sorted(fitting, key=lambda each: -specificity(each.target)):
            found.setdefault(clause.section_id, clause)
    return tuple(found.values())


def clauses_for_deed(viewer: User, school_id: int, deed: str) -> tuple[Clause, ...]:
    """The clauses that stand behind what somebody is about to do."""
    return tuple(clause for clause in _clauses(viewer, school_id) if clause.target.deed == deed)


@dataclass(frozen=True)
class ThemeClauses:
    theme: str
    title: str
    clauses: tuple[Clause, ...]


def clauses_by_theme(viewer: User, school_id: int) -> tuple[ThemeClauses, ...]:
    """Every theme with its clauses, empty ones too."""
    clauses = _clauses(viewer, school_id)
    return tuple(
        ThemeClauses(theme, THEME_TITLES[theme], tuple(clause for clause in clauses if clause.target.theme == theme)) for theme in THEMES
    )


def clauses_by_deed(viewer: User, school_id: int) -> tuple[tuple[Deed, tuple[Clause, ...]], ...]:
    """Every deed with its clauses, empty ones too."""
    clauses = _clauses(viewer, school_id)
    return tuple((deed, tuple(clause for clause in clauses if clause.target.deed == deed)) for deed in Deed)


def _clauses(viewer: User, school_id: int) -> list[Clause]:
    if not has_right(viewer, school_id, Right.SEE_PROGRAMME):
        return []
    newest = newest_versions(school_id)
    links = PolicyLink.objects.filter(school_id=school_id, section__version__policy__in=newest).select_related("section__version__policy")
    today = timezone.localdate()
    return [
        Clause(
            link_id=link.pk, policy_id=policy.pk, policy=policy.title, version=section.version.label, section_id=section.pk, title=section.title,
            text=section.text, page=section.page, url=_url(school_id, policy.pk, section.place, is_newest=newest[policy.pk] == section.version_id),
            target=Target(link.theme, link.level, link.band, link.deed), is_to_confirm=newest[policy.pk] != section.version_id,
            next_review_on=policy.next_review_on, is_past_review=is_past_review(policy.next_review_on, today),
        )
        for link in links.defer("section__version__blocks").order_by("section__version__policy__title", "section__place", "pk")
        for section, policy in [(link.section, link.section.version.policy)]
    ]  # fmt: skip


def _url(school_id: int, policy_id: int, place: int, *, is_newest: bool) -> str:
    return reverse("policy", args=(school_id, policy_id)) + (f"#section-{place}" if is_newest else "")
