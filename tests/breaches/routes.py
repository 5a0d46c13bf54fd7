"""Every route of the installation, with an address of each that leads somewhere real."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from tests.personas import test_permissions as table
from tests.personas.people import Place
from tests.personas.table_telling import PUBLIC

# Pages for people without a session: signing in, and what is said where that fails. None of them reads a school's rows.
FOR_ANYBODY = {
    "account_login", "account_inactive", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
}  # fmt: skip

# Of a school, and public on purpose: what pupils and families are told of its monitoring. Nobody's name is in it.
PUBLIC_ON_PURPOSE = frozenset(PUBLIC)


def addresses_of(place: Place) -> Iterator[tuple[str, str]]:
    """Each route's name with an address, whose arguments stand for rows that exist: the permission table knows them all."""
    for row in table.TABLE:
        yield row.url_name, reverse(row.url_name, args=[table.subject_of(argument, place) for argument in row.arguments])
    for name in sorted(table.DEVICE_DOOR):
        try:
            yield name, reverse(name)
        except NoReverseMatch:
            yield name, f"/device/v1/{name}"


def pages_without_arguments() -> list[str]:
    """Addresses of pages that anybody may try to open with GET."""
    return sorted({reverse(row.url_name) for row in table.TABLE if row.post is None and not row.arguments} - {reverse("account_logout")})
