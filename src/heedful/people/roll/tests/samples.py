"""Invented schools as files: what the tests of the roll read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

GIVEN = ("Nia", "Finn", "Maryam", "Jakub", "Owen", "Saskia", "Tariq", "Ines", "Bruno", "Zofia")
FAMILY = ("Merrick", "Ashdown", "Gill", "Nowak", "Pryce", "Holloway", "Aziz", "Ferreira", "Lang", "Whitby")
USERS_1_1 = (
    "sourcedId",
    "status",
    "dateLastModified",
    "enabledUser",
    "orgSourcedIds",
    "role",
    "username",
    "userIds",
    "givenName",
    "familyName",
    "middleName",
    "identifier",
    "email",
    "sms",
    "phone",
    "agentSourcedIds",
    "grades",
    "password",
)
USERS_1_2 = (
    "sourcedId",
    "status",
    "dateLastModified",
    "enabledUser",
    "username",
    "userIds",
    "givenName",
    "familyName",
    "middleName",
    "identifier",
    "email",
    "sms",
    "phone",
    "agentSourcedIds",
    "grades",
    "password",
    "userMasterIdentifier",
    "resourceSourcedIds",
    "preferredGivenName",
    "preferredMiddleName",
    "preferredFamilyName",
    "primaryOrgSourcedId",
    "pronouns",
)
HEADERS = {
    "orgs.csv": ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"),
    "academicSessions.csv": ("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "classes.csv": ("sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    "enrollments.csv": ("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    "roles.csv": ("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    "userProfiles.csv": ("sourcedId", "status", "dateLastModified", "userSourcedId", "profileType", "vendorId", "applicationId", "description", "credentialType", "username", "password"),
}  # fmt: skip
Rows = Iterable[Mapping[str, object]]


def text_of(header: Sequence[str], rows: Rows, *, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def csv_of(header: Sequence[str], rows: Rows) -> bytes:
    return text_of(header, rows).encode()


def manifest(version: str = "1.1", **modes: str) -> bytes:
    lines = ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}"]
    return "\r\n".join([*lines, *(f"file.{name},{mode}" for name, mode in modes.items()), "source.systemName,Larkfield MIS"]).encode()


def export(
    *,
    version: str = "1.1",
    modes: Mapping[str, str] | None = None,
    users: Rows = (),
    schools: Rows = ({"sourcedId": "S1", "name": "Larkfield Academy", "type": "school"},),
    **files: Rows,
) -> dict[str, bytes]:
    """An export's files by the names under which they are read. Modes are bulk where nothing else is said."""
    header = USERS_1_1 if version.startswith("1.1") else USERS_1_2
    made = {"users.csv": csv_of(header, users), "orgs.csv": csv_of(HEADERS["orgs.csv"], schools)}
    made |= {f"{name}.csv": csv_of(HEADERS[f"{name}.csv"], rows) for name, rows in files.items()}
    said = {name.removesuffix(".csv"): "bulk" for name in made} | dict(modes or {})
    return {name.lower(): content for name, content in (made | {"manifest.csv": manifest(version, **said)}).items()}


def zipped(files: Mapping[str, bytes], *, folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return out.getvalue()


def pupil_1_1(number: int, **more: object) -> dict[str, object]:
    given, family = GIVEN[number % 10], FAMILY[number // 10 % 10]
    return {
        "sourcedId": f"P{number}", "enabledUser": "true", "orgSourcedIds": "S1", "role": "student", "username": f"p{number}",
        "givenName": given, "familyName": family, "email": f"p{number}@larkfield.example", "grades": f"{7 + number % 5:02}", "password": "never read",
    } | more  # fmt: skip


def teacher_1_1(number: int, **more: object) -> dict[str, object]:
    return pupil_1_1(number, sourcedId=f"T{number}", role="teacher", username="", email=f"t{number}@larkfield.example", grades="") | more


def big_export(pupils: int, *, classes_each: int = 10) -> dict[str, bytes]:
    """A secondary school in 1.1: pupils, a tenth of that in staff, forms and sets."""
    per_class = 25
    forms = [
        {
            "sourcedId": f"F{n}",
            "title": f"{7 + n % 5}{chr(65 + n // 5 % 26)}{n // 130 or ''}",
            "classType": "homeroom",
            "schoolSourcedId": "S1",
        }
        for n in range(pupils // 30 + 1)
    ]
    sets = [
        {"sourcedId": f"C{n}", "title": f"Set {n}", "classCode": f"set{n}", "classType": "scheduled", "schoolSourcedId": "S1"}
        for n in range(pupils * classes_each // per_class + 1)
    ]
    places = []
    for number in range(pupils):
        inside = [forms[number % len(forms)], *(sets[(number * classes_each + k) % len(sets)] for k in range(classes_each))]
        places += [
            {
                "sourcedId": f"E{number}-{k}",
                "classSourcedId": c["sourcedId"],
                "schoolSourcedId": "S1",
                "userSourcedId": f"P{number}",
                "role": "student",
            }
            for k, c in enumerate(inside)
        ]
    users = [*(pupil_1_1(n) for n in range(pupils)), *(teacher_1_1(n) for n in range(pupils // 10))]
    return export(users=users, classes=[*forms, *sets], enrollments=places)
