"""Who may change whom: pure. Nobody raises themselves, and a school is never without a safeguarding lead."""

from __future__ import annotations

from heedful.people.rules import RoleName

# The roles that open what pupils wrote.
CONTENT_ROLES = frozenset({RoleName.DSL, RoleName.DEPUTY, RoleName.BEHAVIOUR})


class StaffRefused(Exception):
    """This change of staff can't be made; the text says why, for the page."""


def check_change(*, person_id: int, viewer_id: int | None) -> None:
    """Raise StaffRefused where somebody would change their own roles or account."""
    if person_id == viewer_id:
        raise StaffRefused("Nobody changes their own roles or account. Ask another safeguarding lead or the head.")


def check_lead_remains(role: RoleName, *, other_leads: int) -> None:
    """Raise StaffRefused where the school would be left without an active safeguarding lead."""
    if role == RoleName.DSL and not other_leads:
        raise StaffRefused("The school would have no safeguarding lead. Give somebody else that role first.")
