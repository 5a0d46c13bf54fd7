"""What the demo's pages read from the demo's folder: sign-in links, what the replay counted, and the outbox."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

MESSAGE_RULE = b"-" * 79  # what Django's file backend writes between messages


@dataclass(frozen=True)
class Mail:
    """One mail of the demo's outbox."""

    to: str
    subject: str
    at: datetime | None
    lines: tuple[str, ...]
    link: str


def email_of(folder: Path, token: str) -> str | None:
    """Whose sign-in link this is; None where the demo does not run or has no such link."""
    known = _read(folder / "links.json")
    return next((str(email) for each, email in known.items() if secrets.compare_digest(each.encode(), token.encode())), None)


def replay_counts(folder: Path) -> dict[str, Any]:
    """What the replay of the day counted; empty until it is over."""
    return _read(folder / "replay.json")


def outbox(folder: Path, *, most: int = 100) -> list[Mail]:
    """The newest mails of the outbox folder, newest first."""
    files = sorted(folder.glob("*.log"), reverse=True)[:most] if folder.is_dir() else []
    parts = [part.strip() for file in files for part in reversed(file.read_bytes().split(MESSAGE_RULE))]
    return [_mail(part) for part in parts if part][:most]


def _mail(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    lines = [line for line in (body.get_content() if body else "").splitlines() if line.strip()]
    link = next((line.strip() for line in lines if line.startswith(("http://", "https://"))), "")
    date = message["date"]
    return Mail(
        str(message["to"]),
        str(message["subject"]),
        _moment(str(date)) if date else None,
        tuple(x for x in lines if x != link),
        link,
    )


def _moment(date: str) -> datetime:
    """A mail's date; `-0000`, which Python reads as no zone at all, means UTC (RFC 5322)."""
    moment = parsedate_to_datetime(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
