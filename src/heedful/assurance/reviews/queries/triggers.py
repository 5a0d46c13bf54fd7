"""What has changed in a school that asks for a review. For the periodic task, which raises what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Min
from django.utils import timezone

from heedful.assurance.reviews.models import SeenVersion
from heedful.assurance.reviews.rules import Cause, Since, is_upgrade, platform_of
from heedful.captures.models import Capture
from heedful.devices.models import Device, Profile
from heedful.devices.rules import TokenKind
from heedful.people.models import School, SettingChange
from heedful.programme.plan.queries import tools_added_since
from heedful.programme.policies.queries.standing import latest_policy_change

SERIOUS = 5
# What a setting is called where people read it.
SETTING_WORDS = {
    "capture_from": "from which severity on", "pictures": "pictures", "monitors_staff": "whether staff are monitored", "hours": "hours",
    "private_hosts": "private pages", "help_lines": "help lines", "next_read": "when captures are read", "live_by_group": "groups",
}  # fmt: skip
NOT_SETTINGS = frozenset({"stage", "launch_on"})  # the programme's own moves: each has a meeting behind it


@dataclass(frozen=True)
class Change:
    """One change. `key` is the same however often it is looked for; `says` names no pupil and no theme."""

    cause: Cause
    key: str
    says: str
    at: datetime


def changes_of(school: School, since: Since) -> list[Change]:
    """Everything that asks for a review, whether it was raised before or not, the oldest first."""
    found = (
        *_platforms(school, since), *_sites(school, since), *_versions(since), *_tools(school, since), *_incidents(school, since),
        *_settings(school, since), *_policies(school, since),
    )  # fmt: skip
    return sorted(found, key=lambda change: (change.at, change.cause, change.key))


def _platforms(school: School, since: Since) -> Iterator[Change]:
    rows = Profile.objects.filter(school=school).exclude(token__kind=TokenKind.SELF_TEST).values("os", "browser").annotate(first=Min("enrolled_at"))
    first: dict[str, datetime] = {}
    for row in rows:
        name = platform_of(row["os"], row["browser"])
        if name:
            first[name] = min(row["first"], first.get(name, row["first"]))
    for name, at in first.items():
        if at > since.settled:
            yield Change(Cause.PLATFORM, name.casefold()[:120], f"{name} reports for the first time.", at)


def _sites(school: School, since: Since) -> Iterator[Change]:
    rows = Device.objects.filter(school=school).exclude(site="").values("site").annotate(first=Min("added_at"))
    for row in rows:
        if row["first"] > since.settled:
            yield Change(Cause.SITE, row["site"].casefold()[:120], f"The first device of the site {row['site']}.", row["first"])


def _versions(since: Since) -> Iterator[Change]:
    seen = list(SeenVersion.objects.order_by("seen_at", "pk"))
    for before, after in pairwise(seen):
        if after.seen_at > since.monitored and is_upgrade(before.version, after.version):
            yield Change(Cause.VERSION, after.version, f"Heedful {after.version} runs since then, {before.version} before.", after.seen_at)


def _tools(school: School, since: Since) -> Iterator[Change]:
    for tool in tools_added_since(school.pk, since.monitored):
        yield Change(Cause.AI_TOOL, str(tool.pk), f"{tool.name} came onto the register of AI tools.", tool.added_at)


def _incidents(school: School, since: Since) -> Iterator[Change]:
    rows = Capture.objects.filter(school=school, grade=SERIOUS, graded_at__gt=since.monitored).values_list("pk", "graded_at")
    for pk, at in rows:
        if at is not None:
            yield Change(Cause.INCIDENT, str(pk), "A person graded a capture 5 (urgent).", at)


def _settings(school: School, since: Since) -> Iterator[Change]:
    for row in SettingChange.objects.filter(school=school, at__gt=since.monitored).order_by("pk"):
        names = [name for name in row.settings if name not in NOT_SETTINGS]
        if names:
            words = ", ".join(SETTING_WORDS.get(name, name.replace("_", " ")) for name in names)
            yield Change(Cause.SETTINGS, str(row.pk), f"{words[:1].upper()}{words[1:]}.", row.at)


def _policies(school: School, since: Since) -> Iterator[Change]:
    at = latest_policy_change(school.pk)
    if at is not None and at > since.monitored:
        day = timezone.localdate(at)  # several changes of one day are one
        yield Change(Cause.POLICY, day.isoformat(), "A policy, or a clause that stands behind a line, changed.", at)
