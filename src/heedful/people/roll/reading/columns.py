"""The columns of plain CSV, and the headers under which schools' systems export them, the best first.

Headers are compared by letters and digits alone, in lower case. A preferred name comes before the legal one.
"""

from __future__ import annotations

_SOURCE_ID = ("sourceid", "sourcedid", "misid", "uniqueid", "externalid", "personid")
_GIVEN = (
    "preferredgivenname",
    "preferredforename",
    "preferredfirstname",
    "chosenforename",
    "knownas",
    "givenname",
    "forename",
    "firstname",
    "legalforename",
    "legalfirstname",
)
_FAMILY = (
    "preferredfamilyname",
    "preferredsurname",
    "preferredlastname",
    "familyname",
    "surname",
    "lastname",
    "legalsurname",
    "legallastname",
)
_ADDRESSES = (
    "account", "accounts", "schoolemail", "workemail", "email", "emailaddress", "userprincipalname", "upnaddress", "username", "login", "loginname", "userid",
)  # fmt: skip

SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "pupils.csv": {
        "source_id": (*_SOURCE_ID, "pupilid", "studentid", "learnerid", "arborstudentid", "admissionnumber", "admissionno", "adno", "schoolid", "upn", "uniquepupilnumber", "id"),
        "given_name": _GIVEN,
        "family_name": _FAMILY,
        "year_group": ("yeargroup", "ncyear", "nationalcurriculumyear", "nationalcurriculumyeargroup", "ncyearactual", "curriculumyear", "yeartaughtin", "schoolyear", "year", "grade", "grades"),
        "tutor_group": ("tutorgroup", "registrationgroup", "registrationform", "reggroup", "reg", "formgroup", "form", "homeroom", "classname", "class"),
        "groups": ("groups", "classes", "teachinggroups", "sets"),
        "account": _ADDRESSES,
        "left_on": ("lefton", "leavingdate", "dateofleaving", "leftdate", "leaver", "dol"),
    },
    "staff.csv": {
        "source_id": (*_SOURCE_ID, "staffid", "teacherid", "employeeid", "employeenumber", "payrollnumber", "arborstaffid", "staffcode", "id"),
        "given_name": _GIVEN,
        "family_name": _FAMILY,
        "name": ("name", "fullname", "displayname", "staffname"),
        "email": ("email", "schoolemail", "workemail", "emailaddress", "userprincipalname"),
        "account": ("account", "accounts", "username", "login", "loginname"),
        "left_on": ("lefton", "leavingdate", "dateofleaving", "leftdate", "enddate"),
    },
    "groups.csv": {
        "group": ("group", "groupname", "class", "classname", "teachinggroup", "set"),
        "pupil_id": ("pupilid", "studentid", "learnerid", *_SOURCE_ID, "arborstudentid", "admissionnumber", "admissionno", "adno", "schoolid", "upn"),
        "account": ("account", "email", "emailaddress", "username"),
    },
    "accounts.csv": {
        "address": ("address", "account", "email", "emailaddress", "userprincipalname", "username", "login"),
        "pupil_id": ("pupilid", "studentid", "learnerid", "arborstudentid", "admissionnumber", "admissionno", "adno", "schoolid", "upn"),
        "staff_id": ("staffid", "teacherid", "employeeid", "employeenumber", "payrollnumber", "arborstaffid", "staffcode"),
        "shared": ("shared", "isshared"),
    },
}  # fmt: skip
