"""The pages of drafts and versions, as the people who agree a table use them."""

from __future__ import annotations

import re

from django.utils import timezone

from heedful.people.actions import give_role, set_strands
from heedful.people.models import Trust, User
from heedful.people.rules import RoleName, Strand
from heedful.thresholds.actions import start_draft
from heedful.thresholds.models import Citation, ThresholdDraft
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import CellNote, Line, Route, Urgency
from tests.harness.agreed import agreed, cited_draft, signed_draft
from tests.personas.people import Persona, Place

WEEK = Line(Route.BEHAVIOUR, Urgency.WEEK)


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def fresh(user: User) -> User:
    """The same person, who remembers no rights from before."""
    return User.objects.get(pk=user.pk)


def unsure_draft(place: Place) -> ThresholdDraft:
    notes = {("drugs", 2, "ks4"): CellNote("unsure", "Three of six said behaviour, three record only.", ("D-04", "D-11"))}
    return cited_draft(place.school, {}, by=place.staff["dsl"], now=timezone.now(), notes=notes)


def line(draft: ThresholdDraft, **change: object) -> dict[str, object]:
    return {"revision": draft.revision, "theme": "drugs", "level": 2, "band": "ks4", "route": "behaviour", "urgency": "today"} | change


def test_a_lead_starts_a_draft_by_hand_for_a_reason(dsl: Persona, larkfield: Place) -> None:
    refused = dsl.posts("threshold_drafts", larkfield.school.pk, reason=" ")
    assert (refused.status_code, "Say why the table is to change." in text_of(refused)) == (422, True)
    answer = dsl.posts("threshold_drafts", larkfield.school.pk, reason="Two pupils in debt")
    draft = ThresholdDraft.objects.get()
    assert answer.headers["Location"] == f"/thresholds/drafts/{draft.pk}/"
    assert "“Two pupils in debt”" in text_of(dsl.opens("threshold_draft", draft.pk))


def test_an_unsure_line_is_found_shown_with_its_cards_and_decided(dsl: Persona, larkfield: Place) -> None:
    draft = unsure_draft(larkfield)
    page = dsl.opens("threshold_draft", draft.pk)
    assert "1 line of which the group was not sure; a person decides each: Drugs and alcohol, level 2." in text_of(page)
    assert f"/thresholds/drafts/{draft.pk}/?age=ks4&amp;cell=drugs-2#line" in page.content.decode()
    opened = text_of(dsl.opens("threshold_draft", draft.pk, age="ks4", cell="drugs-2"))
    assert "Three of six said behaviour, three record only. From the cards: D-04, D-11." in opened
    assert "It rests on Child protection policy, section 4; Keeping children safe in education 2026." in opened
    answer = dsl.posts("threshold_cell", draft.pk, **line(draft))
    assert answer.headers["Location"] == f"/thresholds/drafts/{draft.pk}/?age=ks4#drugs"
    after = text_of(dsl.opens("threshold_draft", draft.pk, age="ks4", cell="drugs-2"))
    assert "Decided by Amara Lockhart." in after
    assert "Ready to be signed" in after


def test_a_line_below_its_floor_is_refused_and_what_was_chosen_is_kept(dsl: Persona, larkfield: Place) -> None:
    draft = unsure_draft(larkfield)
    answer = dsl.posts("threshold_cell", draft.pk, **line(draft, theme="weapons", level=1, route="behaviour", urgency="now"))
    assert answer.status_code == 422
    assert "no vote lowers that" in text_of(answer)
    assert '<option value="now" selected>' in answer.content.decode()
    assert dsl.posts("threshold_cell", draft.pk, **line(draft, route="nowhere")).status_code == 422


def test_who_was_too_late_is_told_and_changes_nothing(dsl: Persona, larkfield: Place) -> None:
    draft = unsure_draft(larkfield)
    dsl.posts("threshold_cell", draft.pk, **line(draft))
    late = dsl.posts("threshold_cell", draft.pk, **line(draft, urgency="now"))
    assert (late.status_code, "nothing of yours was saved" in text_of(late)) == (409, True)
    assert ThresholdDraft.objects.get().revision == draft.revision + 1


def test_each_strand_signs_and_a_lead_puts_it_in_force(dsl: Persona, technician: Persona, behaviour_lead: Persona, larkfield: Place) -> None:
    strands = {dsl: Strand.SAFEGUARDING, technician: Strand.TECHNICAL, behaviour_lead: Strand.BEHAVIOUR}
    for persona, strand in strands.items():
        set_strands(user=larkfield.staff[persona.name], school=larkfield.school, strands=[strand], by=None, now=timezone.now())
    draft = cited_draft(larkfield.school, {("drugs", 1, "ks4"): WEEK}, by=larkfield.staff["dsl"], now=timezone.now())
    early = dsl.posts("threshold_in_force", draft.pk, revision=draft.revision)
    assert (early.status_code, "Not signed yet: technical, behaviour, safeguarding." in text_of(early)) == (422, True)
    assert table_in_force(larkfield.school.pk).version == 0
    for persona, strand in strands.items():
        page = text_of(persona.opens("threshold_draft", draft.pk))
        assert f"Sign for {strand.label.lower()}" in page
        assert sum(f"Sign for {each.label.lower()}" in page for each in Strand) == 1
        persona.posts("threshold_sign", draft.pk, revision=draft.revision, strand=str(strand))
    assert "The safeguarding lead, a deputy or the head puts it in force." in text_of(technician.opens("threshold_draft", draft.pk))
    assert "Put it in force" in text_of(dsl.opens("threshold_draft", draft.pk))
    came = dsl.posts("threshold_in_force", draft.pk, revision=draft.revision)
    assert came.headers["Location"] == f"/thresholds/{larkfield.school.pk}/versions/1/"
    assert table_in_force(larkfield.school.pk).line_for("drugs", 1, "ks4") == WEEK


def test_one_who_does_not_stand_for_a_strand_is_told_so(head: Persona, larkfield: Place) -> None:
    draft = cited_draft(larkfield.school, {}, by=larkfield.staff["dsl"], now=timezone.now())
    answer = head.posts("threshold_sign", draft.pk, revision=draft.revision, strand="technical")
    assert (answer.status_code, "do not stand for the technical strand" in text_of(answer)) == (422, True)


def test_rows_are_cited_together_and_an_old_guidance_is_flagged(dsl: Persona, larkfield: Place) -> None:
    draft = start_draft(school_id=larkfield.school.pk, lines={}, notes={}, reason="New", viewer=larkfield.staff["dsl"], now=timezone.now())
    assert "18 rows without a policy of the school" in text_of(dsl.opens("threshold_draft", draft.pk))
    refused = dsl.posts("threshold_cite", draft.pk, revision=1, themes=["drugs"], reference="", guidance="kcsie", guidance_version="2026")
    assert (refused.status_code, "Name the school's policy and its section." in text_of(refused).replace("&#x27;", "'")) == (422, True)
    given = {"themes": ["drugs", "violence"], "reference": "Behaviour policy, section 7", "guidance": "kcsie", "guidance_version": "2024"}
    assert dsl.posts("threshold_cite", draft.pk, revision=1, **given).status_code == 302
    assert set(Citation.objects.exclude(reference="").values_list("theme", flat=True)) == {"drugs", "violence"}
    page = text_of(dsl.opens("threshold_draft", draft.pk))
    assert "Violence, Drugs and alcohol Behaviour policy, section 7 Keeping children safe in education 2024 There is a newer one: 2026" in page
    assert "2 rows cite guidance of which there is a newer version." in page


def test_a_version_says_why_by_whom_signed_by_whom_and_what_it_changed(head: Persona, larkfield: Place) -> None:
    agreed(larkfield.school, {("drugs", 1, "ks4"): WEEK}, by=larkfield.staff["dsl"], now=timezone.now(), reason="Vapes in year 10")
    page = text_of(head.opens("threshold_version", larkfield.school.pk, 1))
    for words in (
        "This table is in force.", "Vapes in year 10", "Amara Lockhart", "Signed by Technical of the group", "Signed by Behaviour of the group",
        "Signed by Safeguarding of the group", "Drugs and alcohol Level 1, age 14-16 Before: Record only No deadline After: Behaviour This week",
        "Child protection policy, section 4",
    ):  # fmt: skip
        assert words in page
    assert "Heedful's own starting point" in text_of(head.opens("threshold_version", larkfield.school.pk, 0)).replace("&#x27;", "'")
    assert head.opens("threshold_version", larkfield.school.pk, 2).status_code == 404


def test_two_versions_stand_side_by_side_with_only_what_differs(head: Persona, larkfield: Place) -> None:
    for level in (1, 2):
        agreed(larkfield.school, {("gambling", level, band): WEEK for band in ("ks4", "ks5")}, by=larkfield.staff["dsl"], now=timezone.now())
    page = text_of(head.opens("threshold_compare", larkfield.school.pk, left="0", right="2"))
    assert "Gambling Level 1, age 14-16, 16-19 Before: Record only No deadline After: Behaviour This week" in page
    assert "Suicide" not in page
    assert "No line differs" in text_of(head.opens("threshold_compare", larkfield.school.pk, left="2", right="2"))
    draft = signed_draft(larkfield.school, {("gambling", 3, "ks4"): WEEK}, by=larkfield.staff["dsl"], now=timezone.now())
    assert f"Draft {draft.pk}" in text_of(head.opens("threshold_compare", larkfield.school.pk))
    for wrong in ("x", "9", "draft-9999", "draft-"):
        assert head.opens("threshold_compare", larkfield.school.pk, left=wrong, right="1").status_code == 404


def test_a_draft_set_aside_can_be_read_and_not_changed(dsl: Persona, larkfield: Place) -> None:
    draft = unsure_draft(larkfield)
    dsl.posts("threshold_set_aside", draft.pk, revision=draft.revision)
    page = text_of(dsl.opens("threshold_draft", draft.pk, cell="drugs-2"))
    assert "This draft was set aside." in page
    assert "Save the line" not in page
    assert dsl.posts("threshold_cell", draft.pk, **line(draft)).status_code == 409


def test_who_leads_every_school_of_a_trust_makes_a_version_its_least(dsl: Persona, head: Persona, larkfield: Place, marsh_end: Place) -> None:
    trust = Trust.objects.create(name="Three Rivers Trust")
    for place in (larkfield, marsh_end):
        place.school.trust = trust
        place.school.save()
    school, lead = larkfield.school, larkfield.staff["dsl"]
    agreed(school, {("gambling", 1, "ks4"): WEEK}, by=lead, now=timezone.now())
    assert dsl.posts("threshold_lock", school.pk, 1).status_code == 404  # leads one of the two schools
    give_role(user=lead, school=marsh_end.school, role=RoleName.DSL, now=timezone.now())
    assert "For Three Rivers Trust" in text_of(dsl.opens("threshold_version", school.pk, 1))
    assert "For Three Rivers Trust" not in text_of(head.opens("threshold_version", school.pk, 1))
    dsl.posts("threshold_lock", school.pk, 1)
    assert "This version is the least that every school of the trust holds" in text_of(dsl.opens("threshold_version", school.pk, 1))
    looser = text_of(dsl.opens("thresholds", school=str(marsh_end.school.pk)))
    assert "1 line of this table is looser than your trust allows." in looser
    draft = start_draft(school_id=marsh_end.school.pk, lines={}, notes={}, reason="Next", viewer=fresh(lead), now=timezone.now())
    assert "1 line looser than your trust allows" in text_of(dsl.opens("threshold_draft", draft.pk))
    dsl.posts("threshold_lock", school.pk, 1, lift="yes")
    assert "looser" not in text_of(dsl.opens("threshold_draft", draft.pk))
