"""The pages of the register as people use them: what is refused says why and keeps what was typed, a file comes as it was and is shown by nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from heedful.people.rules import Stage
from heedful.programme.policies.models import Policy, PolicyLink, PolicyVersion
from heedful.programme.policies.tests import samples
from heedful.programme.policies.tests.shelf import TEXT, linked, put
from heedful.programme.policies.views import one
from heedful.vault.blobs import remove_blob
from heedful.vault.queries import forget_keys
from tests.personas.people import Persona, Place

REFUSED = {
    "macros": ("plan.docx", lambda: samples.repacked(samples.docx(), add={"word/vbaProject.bin": b"x"}), "The file holds macros: part word/vbaProject.bin."),
    "password": ("plan.pdf", samples.encrypted_pdf, "protected by a password"),
    "broken": ("plan.pdf", lambda: samples.pdf()[:900], "The file is broken"),
    "another kind": ("plan.xlsx", lambda: b"PK\x03\x04", "no PDF, Word document (.docx) or Markdown file"),
}


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    forget_keys()


def form(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    given = {
        "title": "Behaviour policy", "kinds": ["behaviour"], "label": "v1", "approved_by": "Governing body", "approved_on": str(today - timedelta(days=9)),
        "next_review_on": str(today + timedelta(days=300)), "owner": "", "address": "",
    }  # fmt: skip
    return given | changes


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("why", REFUSED)
def test_a_file_that_is_refused_says_why_and_keeps_what_was_typed(why: str, larkfield: Place, dsl: Persona) -> None:
    name, make, says = REFUSED[why]
    answer = dsl.posts("policy_add", larkfield.school.pk, **form(document=SimpleUploadedFile(name, make())))
    assert answer.status_code == 422
    assert says in text(answer)
    assert "Nothing was changed." in text(answer)
    assert 'value="Behaviour policy"' in text(answer)
    assert (Policy.objects.count(), PolicyVersion.objects.count()) == (0, 0)


@pytest.mark.parametrize(("changes", "says"), [
    ({}, "Choose one: a file of at most 20 MB, or an address."), ({"address": "javascript:alert(1)"}, "begins with https://"),
    ({"address": "https://a.example/p", "kinds": []}, "Say what kind of policy it is."), ({"address": "https://a.example/p", "title": ""}, "Give the policy"),
    ({"address": "https://a.example/p", "next_review_on": "2020-01-01"}, "The next review must come after the day of approval."),
    ({"address": "https://a.example/p", "approved_on": "soon"}, "Give a date such as"),
])  # fmt: skip
def test_what_is_missing_is_said_at_its_field(changes: dict[str, Any], says: str, larkfield: Place, dsl: Persona) -> None:
    answer = dsl.posts("policy_add", larkfield.school.pk, **form(**changes))
    assert (answer.status_code, says in text(answer), Policy.objects.count()) == (422, True, 0)


def test_a_policy_is_added_read_linked_and_its_file_comes_as_it_was(larkfield: Place, dsl: Persona, governor: Persona) -> None:
    school = larkfield.school.pk
    answer = dsl.posts("policy_add", school, **form(document=SimpleUploadedFile("Behaviour.pdf", samples.pdf())))
    policy = Policy.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/programme/{school}/policies/{policy.pk}/")
    page = text(dsl.opens("policy", school, policy.pk))
    assert all(words in page for words in ("2.1 Monitoring", "School devices are monitored, and their users know it.", "page 1"))
    section = PolicyVersion.objects.get().sections.get(title="2.1 Monitoring")
    given = {"section": section.pk, "themes": ["bypass", "drugs"], "level": "3", "band": "", "deeds": ["dismiss"]}
    assert dsl.posts("policy_link", school, **given).status_code == 302
    assert sorted(PolicyLink.objects.values_list("theme", "level", "deed")) == [("", 0, "dismiss"), ("bypass", 3, ""), ("drugs", 3, "")]
    file = governor.opens("policy_file", school, PolicyVersion.objects.get().pk)
    assert file.content == samples.pdf()
    assert file["Content-Disposition"] == f'attachment; filename="policy-{policy.pk}-version-1.pdf"'
    assert (file["Content-Security-Policy"], file["Cache-Control"], file["Content-Type"]) == ("sandbox; default-src 'none'", "no-store", "application/pdf")
    assert file["X-Content-Type-Options"] == "nosniff"


def test_what_a_policy_says_is_text_and_nothing_else(larkfield: Place, dsl: Persona) -> None:
    hostile = b"# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1))\n"
    policy = put(larkfield.school.pk, larkfield.staff["dsl"], timezone.now(), text=hostile)
    page = text(dsl.opens("policy", larkfield.school.pk, policy.pk))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert ("<script>alert" in page, "<img src=x" in page, 'href="javascript' in page) == (False, False, False)


def test_a_panel_gets_the_clause_alone_and_a_link_the_whole_page(larkfield: Place, behaviour_lead: Persona) -> None:
    school, dsl = larkfield.school.pk, larkfield.staff["dsl"]
    policy = put(school, dsl, timezone.now())
    linked(policy, "Bullying", dsl, timezone.now())
    url = f"/programme/{school}/policies/clauses/?theme=bullying&level=3&band=ks3"
    panel = text(behaviour_lead.browser.get(url, headers={"X-Heedful-Poll": "1"}))
    assert ("<html" in panel, "data-panel-content" in panel, "We stop it the same day." in panel) == (False, True, True)
    page = text(behaviour_lead.browser.get(url))
    assert ("<html" in page, "We stop it the same day." in page) == (True, True)
    for nonsense in ("?theme=nothing", "?level=99&theme=bullying", "?deed=fly", "?theme=" + "bullying," * 200):
        assert behaviour_lead.browser.get(f"/programme/{school}/policies/clauses/{nonsense}").status_code == 200


def test_a_file_that_is_gone_says_so_and_its_text_stays(larkfield: Place, dsl: Persona) -> None:
    policy = put(larkfield.school.pk, larkfield.staff["dsl"], timezone.now())
    version = PolicyVersion.objects.get()
    remove_blob(school_id=larkfield.school.pk, name=version.blob)
    assert dsl.opens("policy_file", larkfield.school.pk, version.pk)["Location"] == f"/programme/{larkfield.school.pk}/policies/"
    assert "be opened; tell your technician" in text(dsl.opens("policies", larkfield.school.pk))
    assert "We stop it the same day." in text(dsl.opens("policy", larkfield.school.pk, policy.pk))


def test_the_first_page_says_what_is_missing_and_what_to_press(larkfield: Place, dsl: Persona, governor: Persona) -> None:
    larkfield.school.stage = Stage.SET_UP
    larkfield.school.save()
    page = text(dsl.opens("policies", larkfield.school.pk))
    assert all(f"No {kind} policy is in the register." in page for kind in ("safeguarding", "child protection", "behaviour"))
    assert "The procedure for indecent images is not in the register." in page
    assert "Add the safeguarding policy" in page
    assert "Add the safeguarding policy" not in text(governor.opens("policies", larkfield.school.pk))


def test_headings_are_marked_by_hand(larkfield: Place, dsl: Persona) -> None:
    policy = put(larkfield.school.pk, larkfield.staff["dsl"], timezone.now(), text=b"Bullying\n\nWe stop it.\n\nPhones\n\nIn bags.\n")
    assert "No headings were found." in text(dsl.opens("policy", larkfield.school.pk, policy.pk))
    assert dsl.posts("policy_headings", larkfield.school.pk, policy.pk, heading=["0", "2", "77", "x"]).status_code == 302
    assert list(PolicyVersion.objects.get().sections.values_list("title", flat=True)) == ["Bullying", "Phones"]
    linked(policy, "Phones", larkfield.staff["dsl"], timezone.now(), theme="bypass")
    answer = dsl.posts("policy_headings", larkfield.school.pk, policy.pk, heading=[])
    assert (answer.status_code, "linked already" in text(answer)) == (422, True)


def test_headings_that_the_page_has_no_room_for_stay(larkfield: Place, dsl: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one, "MOST_MARKED_ON_A_PAGE", 2)
    policy = put(larkfield.school.pk, larkfield.staff["dsl"], timezone.now(), text=b"# One\n\nWords.\n\n# Two\n\nMore.\n")
    dsl.posts("policy_headings", larkfield.school.pk, policy.pk, heading=["1"])
    assert list(PolicyVersion.objects.get().sections.values_list("title", flat=True)) == ["Before the first heading", "Words.", "Two"]


def test_a_new_version_leads_to_what_it_changed(larkfield: Place, dsl: Persona) -> None:
    school = larkfield.school.pk
    policy = put(school, larkfield.staff["dsl"], timezone.now())
    linked(policy, "Bullying", larkfield.staff["dsl"], timezone.now())
    same = dsl.posts("policy_version", school, policy.pk, **form(document=SimpleUploadedFile("a.md", TEXT), label="v2"))
    assert same["Location"] == f"/programme/{school}/policies/{policy.pk}/"
    changed = TEXT.replace(b"the same day", b"within the hour")
    other = dsl.posts("policy_version", school, policy.pk, **form(document=SimpleUploadedFile("a.md", changed), label="v3"))
    assert other["Location"] == f"/programme/{school}/policies/{policy.pk}/confirm/"
    page = text(dsl.browser.get(other["Location"]))
    assert '<del><span class="visually-hidden">taken out: </span>' in page
    assert '<ins><span class="visually-hidden">put in: </span> within' in page
