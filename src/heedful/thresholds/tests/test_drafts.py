"""Agreeing a table: three strands sign one revision of a draft, and only then it comes into force."""

from __future__ import annotations

import pytest

from heedful.audit.queries import entries_about
from heedful.people.actions import set_strands
from heedful.people.models import Trust, TrustDefault
from heedful.people.rules import Strand
from heedful.thresholds.actions import Cell, StaleDraft, cite, decide_cell, put_in_force, set_aside, sign_off, start_draft
from heedful.thresholds.models import Citation, SignOff, ThresholdDraft, ThresholdVersion
from heedful.thresholds.notes import notes_from_json
from heedful.thresholds.queries import (
    NotFound,
    hindrances,
    is_in_force_by_school,
    open_draft,
    origin_of,
    signed_by,
    signed_strands,
    stale_rows,
    table_history,
    table_in_force,
)
from heedful.thresholds.rules import BANDS, CellNote, DraftRefused, DraftState, Line, Route, Urgency
from tests.harness.agreed import agreed, cited_draft, signed_draft, working_group
from tests.harness.westbrook import NOW, Westbrook, build_school

WEEK = Line(Route.BEHAVIOUR, Urgency.WEEK)
TODAY = Line(Route.BEHAVIOUR, Urgency.TODAY)
DRUGS = {("drugs", 1, band): WEEK for band in BANDS}
pytestmark = pytest.mark.django_db


def sign(draft: ThresholdDraft, *strands: Strand) -> None:
    people = working_group(draft.school, NOW)
    for strand in strands:
        sign_off(draft_id=draft.pk, revision=draft.revision, strand=strand, viewer=people[strand], now=NOW)


def test_a_table_comes_into_force_once_all_three_strands_have_signed(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    for strand in (Strand.TECHNICAL, Strand.BEHAVIOUR):
        sign(draft, strand)
        with pytest.raises(DraftRefused, match=r"Not signed yet: .*safeguarding"):
            put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    assert not is_in_force_by_school(westbrook.school.pk)
    sign(draft, Strand.SAFEGUARDING)
    version = put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    assert (version.number, table_in_force(westbrook.school.pk).line_for("drugs", 1, "ks3")) == (1, WEEK)
    assert is_in_force_by_school(westbrook.school.pk)
    assert signed_strands(westbrook.school.pk) == set(Strand)
    [origin] = table_history(westbrook.school.pk)
    assert [(each.strand, each.by) for each in origin.signed] == [
        ("behaviour", "Behaviour of the group"), ("safeguarding", "Safeguarding of the group"), ("technical", "Technical of the group"),
    ]  # fmt: skip


def test_one_signs_only_for_a_strand_that_one_stands_for(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    people = working_group(westbrook.school, NOW)
    with pytest.raises(DraftRefused, match="do not stand for the behaviour strand"):
        sign_off(draft_id=draft.pk, revision=draft.revision, strand=Strand.BEHAVIOUR, viewer=people[Strand.TECHNICAL], now=NOW)
    with pytest.raises(DraftRefused, match="do not stand"):
        sign_off(draft_id=draft.pk, revision=draft.revision, strand=Strand.SAFEGUARDING, viewer=westbrook.dsl, now=NOW)
    assert not SignOff.objects.exists()


def test_a_strand_signs_once(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    sign(draft, Strand.TECHNICAL)
    with pytest.raises(DraftRefused, match="technical strand has signed already"):
        sign(draft, Strand.TECHNICAL)


def test_a_change_after_a_sign_off_voids_it(westbrook: Westbrook) -> None:
    draft = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    assert set(signed_by(draft, draft.revision)) == set(Strand)
    cell = Cell("drugs", 1, "ks3", TODAY)
    draft = decide_cell(draft_id=draft.pk, revision=draft.revision, cell=cell, viewer=westbrook.dsl, now=NOW)
    assert signed_by(draft, draft.revision) == {}
    with pytest.raises(DraftRefused, match="Not signed yet: technical, behaviour, safeguarding"):
        put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)


def test_what_was_signed_is_what_comes_into_force_or_nothing(westbrook: Westbrook) -> None:
    draft = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    old = draft.revision
    decide_cell(draft_id=draft.pk, revision=old, cell=Cell("drugs", 1, "ks3", TODAY), viewer=westbrook.dsl, now=NOW)
    for act in (
        lambda: put_in_force(draft_id=draft.pk, revision=old, viewer=westbrook.dsl, now=NOW),
        lambda: decide_cell(draft_id=draft.pk, revision=old, cell=Cell("drugs", 2, "ks3", TODAY), viewer=westbrook.dsl, now=NOW),
        lambda: set_aside(draft_id=draft.pk, revision=old, viewer=westbrook.dsl, now=NOW),
        lambda: sign(draft, Strand.TECHNICAL),
    ):
        draft.revision = old
        with pytest.raises(StaleDraft):
            act()
    assert not ThresholdVersion.objects.exists()


def test_a_sign_off_counts_while_its_giver_stands_for_the_strand(westbrook: Westbrook) -> None:
    draft = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    gone = working_group(westbrook.school, NOW)[Strand.TECHNICAL]
    set_strands(user=gone, school=westbrook.school, strands=[], by=None, now=NOW)
    with pytest.raises(DraftRefused, match="Not signed yet: technical"):
        put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    set_strands(user=westbrook.deputy, school=westbrook.school, strands=[Strand.TECHNICAL], by=None, now=NOW)
    sign_off(draft_id=draft.pk, revision=draft.revision, strand=Strand.TECHNICAL, viewer=westbrook.deputy, now=NOW)
    assert put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW).number == 1


def test_another_table_in_force_voids_what_was_signed_against_the_old_one(westbrook: Westbrook) -> None:
    waiting = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    agreed(westbrook.school, {("drugs", 2, "ks3"): TODAY}, by=westbrook.dsl, now=NOW)
    waiting.refresh_from_db()
    assert signed_by(waiting, waiting.revision) == {}


def test_what_the_group_was_unsure_of_is_decided_by_a_person_first(westbrook: Westbrook) -> None:
    notes = {("drugs", 1, "ks3"): CellNote("unsure", "Three said behaviour, three record only.", ("D-04", "D-11"))}
    draft = cited_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW, notes=notes)
    [found] = hindrances(draft)
    assert found.keys == (("drugs", 1, "ks3"),)
    with pytest.raises(DraftRefused, match="a person decides each"):
        sign(draft, Strand.TECHNICAL)
    draft = decide_cell(draft_id=draft.pk, revision=draft.revision, cell=Cell("drugs", 1, "ks3", WEEK), viewer=westbrook.dsl, now=NOW)
    note = notes_from_json(draft.notes)["drugs", 1, "ks3"]
    assert (note.sureness, note.decided_by, note.cards) == ("decided", westbrook.dsl.name, ("D-04", "D-11"))
    assert hindrances(draft) == ()


def test_every_row_names_a_policy_before_anybody_signs(westbrook: Westbrook) -> None:
    draft = start_draft(school_id=westbrook.school.pk, lines=DRUGS, notes={}, reason="Agreed", viewer=westbrook.dsl, now=NOW)
    assert "18 rows without a policy of the school: Suicide, Self-harm, Eating disorder and 15 more." in hindrances(draft)[0].says
    with pytest.raises(DraftRefused, match="without a policy"):
        sign(draft, Strand.TECHNICAL)


def test_the_next_draft_starts_from_the_citations_of_the_table_in_force(westbrook: Westbrook) -> None:
    agreed(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    draft = start_draft(school_id=westbrook.school.pk, lines={}, notes={}, reason="Again", viewer=westbrook.dsl, now=NOW)
    assert set(Citation.objects.filter(draft=draft).values_list("reference", flat=True)) == {"Child protection policy, section 4"}
    assert table_in_force(westbrook.school.pk).lines["drugs", 1, "ks3"] == WEEK


def test_no_line_goes_below_its_floor_by_hand_either(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, {}, by=westbrook.dsl, now=NOW)
    with pytest.raises(DraftRefused, match="no vote lowers"):
        decide_cell(draft_id=draft.pk, revision=draft.revision, cell=Cell("nudes", 1, "ks4", WEEK), viewer=westbrook.dsl, now=NOW)


def test_the_same_line_for_every_age_in_one_step(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, {}, by=westbrook.dsl, now=NOW)
    cell = Cell("bullying", 3, "ks3", TODAY, every_band=True, release_to_behaviour=True)
    draft = decide_cell(draft_id=draft.pk, revision=draft.revision, cell=cell, viewer=westbrook.dsl, now=NOW)
    assert {tuple(row[3:]) for row in draft.lines if row[:2] == ["bullying", 3]} == {("behaviour", "today")}
    assert sum(note.release_to_behaviour for note in notes_from_json(draft.notes).values()) == len(BANDS)


def test_a_school_may_be_stricter_than_its_trust_and_never_looser(westbrook: Westbrook) -> None:
    school = westbrook.school
    school.trust = Trust.objects.create(name="Three Rivers Trust")
    school.save()
    least = [["drugs", 2, "ks3", "behaviour", "today"], ["drugs", 1, "ks3", "behaviour", "week"]]
    TrustDefault.objects.create(trust=school.trust, name="thresholds", value=least, is_locked=True, set_at=NOW)
    draft = cited_draft(school, {("drugs", 2, "ks3"): WEEK, ("drugs", 1, "ks3"): Line(Route.SAFEGUARDING, Urgency.NOW)}, by=westbrook.dsl, now=NOW)
    [found] = hindrances(draft)
    assert found.keys == (("drugs", 2, "ks3"),)
    draft = decide_cell(draft_id=draft.pk, revision=draft.revision, cell=Cell("drugs", 2, "ks3", TODAY), viewer=westbrook.dsl, now=NOW)
    sign(draft, *Strand)
    assert put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW).number == 1


def test_a_trust_that_locks_later_holds_what_was_signed_before(westbrook: Westbrook) -> None:
    school = westbrook.school
    school.trust = Trust.objects.create(name="Three Rivers Trust")
    school.save()
    draft = signed_draft(school, {("drugs", 2, "ks3"): WEEK}, by=westbrook.dsl, now=NOW)
    least = [["drugs", 2, "ks3", "behaviour", "today"]]
    TrustDefault.objects.create(trust=school.trust, name="thresholds", value=least, is_locked=True, set_at=NOW)
    with pytest.raises(DraftRefused, match="looser than your trust allows"):
        put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)


def test_a_draft_set_aside_stays_and_can_not_come_into_force(westbrook: Westbrook) -> None:
    draft = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    set_aside(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    assert open_draft(westbrook.dsl, draft.pk).state == DraftState.SET_ASIDE
    with pytest.raises(StaleDraft):
        put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)


def test_a_draft_of_another_school_is_not_there(westbrook: Westbrook) -> None:
    other = build_school("Marsh End School", "marshend.example")
    draft = cited_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW)
    people = working_group(westbrook.school, NOW)
    with pytest.raises(NotFound):
        open_draft(other.dsl, draft.pk)
    with pytest.raises(NotFound):
        start_draft(school_id=westbrook.school.pk, lines={}, notes={}, reason="Mine", viewer=other.dsl, now=NOW)
    # Who may see and sign does not change it: that takes the right to run the programme.
    with pytest.raises(NotFound):
        decide_cell(
            draft_id=draft.pk, revision=draft.revision, cell=Cell("drugs", 1, "ks3", TODAY), viewer=people[Strand.BEHAVIOUR], now=NOW
        )
    assert origin_of(other.dsl, westbrook.school.pk, 1) is None


def test_the_record_holds_each_step_and_none_of_the_words(westbrook: Westbrook) -> None:
    draft = signed_draft(westbrook.school, DRUGS, by=westbrook.dsl, now=NOW, reason="Two pupils came in high")
    put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    entries = entries_about(westbrook.school.pk, subject_kind="threshold_draft")
    assert [str(entry.action) for entry in entries] == [
        "threshold_draft.started", "threshold_draft.changed", *["threshold_draft.signed"] * 3,
    ]  # fmt: skip
    [came] = entries_about(westbrook.school.pk, subject_kind="thresholds")
    assert came.details["draft"] == draft.pk
    assert set(came.details["signed_by"]) == set(Strand)
    assert "high" not in str([entry.details for entry in [*entries, came]])


def test_the_table_in_force_names_the_rows_whose_guidance_is_old(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, {}, by=westbrook.dsl, now=NOW)
    draft = cite(
        draft_id=draft.pk, revision=draft.revision, themes=["weapons", "drugs"], reference="Policy", guidance="kcsie", guidance_version="2025",
        viewer=westbrook.dsl, now=NOW,
    )  # fmt: skip
    sign(draft, *Strand)
    assert stale_rows(westbrook.school.pk) == ()
    put_in_force(draft_id=draft.pk, revision=draft.revision, viewer=westbrook.dsl, now=NOW)
    assert stale_rows(westbrook.school.pk) == ("Weapons", "Drugs and alcohol")


def test_a_row_needs_words_a_theme_and_a_version(westbrook: Westbrook) -> None:
    draft = cited_draft(westbrook.school, {}, by=westbrook.dsl, now=NOW)
    for themes, reference, guidance, version, says in (
        ((), "Policy", "kcsie", "2026", "at least one theme"),
        (("drugs",), " ", "kcsie", "2026", "Name the school's policy"),
        (("drugs",), "Policy", "kcsie", "", "Choose the guidance"),
        (("drugs",), "Policy", "gossip", "2026", "Choose the guidance"),
    ):
        with pytest.raises(DraftRefused, match=says):
            cite(
                draft_id=draft.pk, revision=draft.revision, themes=themes, reference=reference, guidance=guidance, guidance_version=version,
                viewer=westbrook.dsl, now=NOW,
            )  # fmt: skip
