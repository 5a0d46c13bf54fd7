"""Naming the columns once, bringing an export in, and writing down the minutes spent on the present system."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.people.models import Account, School, User
from heedful.programme.pilot.parallel.models import ParallelAlert, ParallelColumns, ParallelImport, ParallelMinutes
from heedful.programme.pilot.parallel.queries import columns_of
from heedful.programme.pilot.parallel.reading import Order, guess, headers_of, read_alerts
from heedful.programme.pilot.parallel.rules import FileRefused, new_among

MOST_MINUTES = 10_000


def read_columns(*, school: School, system: str, content: bytes, viewer: User, now: datetime) -> ParallelColumns:
    """Remember the names in an export's first line, with a guess which is which; a person checks it. Nothing else of the file is read."""
    headers = headers_of(content)
    guessed = guess(headers)
    with transaction.atomic():
        values = {"system": system.strip()[:60] or "Present system", "headers": list(headers), "order": Order.DAY_FIRST, "set_at": now, "set_by": viewer}
        row, _ = ParallelColumns.objects.update_or_create(school=school, defaults=values | guessed)
    return row


def set_columns(*, school: School, chosen: Mapping[str, str], viewer: User, now: datetime) -> ParallelColumns:
    """Say which column holds what. Raises FileRefused where one is not in the export, or stands for two."""
    with transaction.atomic():
        row = ParallelColumns.objects.filter(school=school).first()
        if row is None:
            raise FileRefused("Choose an export first, so that its columns are known.")
        names = [chosen.get(what, "") for what in ("time", "account", "category")]
        if not names[0] or not names[1]:
            raise FileRefused("Heedful needs the column with the time and the one with the account.")
        if any(name and name not in row.headers for name in names) or len({name for name in names if name}) < sum(map(bool, names)):
            raise FileRefused("Each of these is another column of the export.")
        row.time, row.account, row.category = names
        row.order = Order(chosen.get("order", Order.DAY_FIRST))
        row.set_at, row.set_by = now, viewer
        row.save()
        fact = Fact(Action.PARALLEL_COLUMNS_SET, "school", (str(school.pk),), {"has_category": bool(row.category), "order": str(row.order)})
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
    return row


def import_alerts(*, school: School, content: bytes, viewer: User, now: datetime) -> ParallelImport:
    """Bring an export in: of each alert the moment, the account as the roll knows it, and the category. Raises FileRefused; then nothing changed."""
    columns = columns_of(school.pk)
    if columns is None:
        raise FileRefused("Name the columns first: Heedful does not know yet which one holds the time.")
    rows = read_alerts(content, columns, zone=timezone.get_default_timezone())
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        wait_in_line(school.pk)
        if ParallelImport.objects.filter(school=school, file_hash=digest).exists():
            raise FileRefused("This very file is in already. Nothing was added.")
        wanted = {row.account for row in rows}
        known = {account.address.lower(): account.pk for account in Account.objects.filter(school=school) if account.address.lower() in wanted}
        ours = [(row.at, known.get(row.account), row.category) for row in rows]
        span = (min(at for at, _, _ in ours), max(at for at, _, _ in ours))
        before = ParallelAlert.objects.filter(school=school, at__range=span).values_list("at", "account_id", "category")
        fresh = new_among(ours, before)
        unknown = sum(account is None for _, account, _ in ours)
        made = ParallelImport.objects.create(school=school, at=now, by=viewer, file_hash=digest, rows=len(rows), new=len(fresh), unknown=unknown)
        ParallelAlert.objects.bulk_create(
            [ParallelAlert(school=school, from_import=made, at=at, account_id=account, category=category) for at, account, category in fresh], batch_size=500
        )
        details = {"rows": len(rows), "new": len(fresh), "unknown": unknown}
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=Fact(Action.PARALLEL_IMPORTED, "parallel_import", (str(made.pk),), details), now=now)
    return made


def set_minutes(*, school: School, week: date, minutes: int, viewer: User, now: datetime) -> None:
    """Write down how long people spent on the present system in a week. Raises FileRefused for what no week has."""
    if not 0 <= minutes <= MOST_MINUTES or week.weekday() != 0:
        raise FileRefused(f"Give the minutes of one week: 0 to {MOST_MINUTES}.")
    with transaction.atomic():
        values = {"minutes": minutes, "set_by": viewer, "set_at": now}
        ParallelMinutes.objects.update_or_create(school=school, week=week, defaults=values)
        fact = Fact(Action.PARALLEL_MINUTES_SET, "school", (str(school.pk),), {"week": week.isoformat(), "minutes": minutes})
        append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=fact, now=now)
