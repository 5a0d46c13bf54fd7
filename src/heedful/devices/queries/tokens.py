"""Enrolment tokens as the technician sees them: never the token itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.devices.models import EnrolmentToken
from heedful.devices.rules import TOKEN_ENDS_SOON, TokenKind
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import Right

KIND_LABELS: dict[str, str] = {TokenKind.CHROMEOS: "Chromebooks", TokenKind.DEVICE: "Windows, Mac, Linux"}


@dataclass(frozen=True)
class TokenRow:
    """`state`: works, used up, over or revoked. Only a token that was revoked or is over stops devices that are known."""

    id: int
    school: str
    school_id: int
    label: str
    kind: str
    kind_label: str
    uses: int
    used: int
    made_by: str
    made_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    state: str
    ends_soon: bool

    @property
    def works(self) -> bool:
        return self.state in {"works", "used up"}

    @property
    def name(self) -> str:
        return self.label or f"Token {self.id}"

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id, "label": self.label, "kind": self.kind, "state": self.state, "used": self.used, "uses": self.uses,
            "made_at": self.made_at.isoformat(), "last_used_at": self.last_used_at.isoformat() if self.last_used_at else None,
            "expires_at": self.expires_at.isoformat(),
        }  # fmt: skip


def tokens_for(viewer: User, *, now: datetime) -> list[TokenRow]:
    """Tokens of the schools whose devices the viewer looks after, those that work first."""
    return [row for school_id in schools_with(viewer, Right.SEE_DEVICES) for row in tokens_of(school_id, now=now)]


def tokens_of(school_id: int, *, now: datetime) -> list[TokenRow]:
    """One school's tokens. For the command and for queries that have checked the right. The self-test's own are left out."""
    rows = EnrolmentToken.objects.filter(school_id=school_id).exclude(kind=TokenKind.SELF_TEST).select_related("made_by", "school")
    made = [_row(row, now) for row in rows.order_by("-made_at", "-pk")]
    return [row for row in made if row.works] + [row for row in made if not row.works]


def _row(row: EnrolmentToken, now: datetime) -> TokenRow:
    if row.revoked_at:
        state = "revoked"
    elif row.expires_at <= now:
        state = "over"
    else:
        state = "works" if row.uses_left else "used up"
    return TokenRow(
        row.pk, row.school.name, row.school_id, row.label, row.kind, KIND_LABELS[row.kind], row.uses_left + row.used, row.used,
        row.made_by.name if row.made_by else "the command line", row.made_at, row.last_used_at, row.expires_at, state,
        state in {"works", "used up"} and row.expires_at - now < TOKEN_ENDS_SOON,
    )  # fmt: skip
