"""The register: adding, a new version with its links, withdrawing, marking headings, and who may."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.actions.reseal import MissingFiles, rotate_school
from heedful.captures.actions.retain import sweep_files
from heedful.captures.queries.ciphertexts import files_named, names_of_blobs, uses_key
from heedful.people.rules import NotFound
from heedful.programme.policies.actions.linking import confirm_link, link_section, unlink
from heedful.programme.policies.actions.register import Address, Upload, add_policy, change_policy, mark_headings, withdraw_policy
from heedful.programme.policies.models import Policy, PolicyLink, PolicySection, PolicyVersion
from heedful.programme.policies.queries import clauses_for, clauses_for_deed, latest_policy_change, policy_facts
from heedful.programme.policies.queries.register import confirming_of, file_of, open_policy, register_of
from heedful.programme.policies.reading.values import PolicyRefused
from heedful.programme.policies.rules import Format, Kind, RegisterRefused, Target
from heedful.programme.policies.tests import samples
from heedful.programme.policies.tests.shelf import TEXT, approval, facts, linked, put, renewed, section
from heedful.vault.blobs import blobs_of_school, remove_blob
from heedful.vault.queries import forget_keys
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    forget_keys()


def in_register(westbrook: Westbrook, *kinds: Kind, text: bytes = TEXT, title: str = "Behaviour policy") -> Policy:
    return put(westbrook.school.pk, westbrook.dsl, NOW, *kinds, text=text, title=title)


def test_a_policy_is_read_kept_sealed_and_given_back_as_it_came(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    [fact] = policy_facts(westbrook.school.pk, today=date(2026, 11, 24))
    assert (fact.title, fact.kinds, fact.label, fact.format, fact.is_past_review, fact.links) == (
        "Behaviour policy", (Kind.BEHAVIOUR,), "September 2026", Format.MARKDOWN, False, 0,
    )  # fmt: skip
    assert [row.title for row in PolicySection.objects.order_by("place")] == ["Behaviour policy", "Bullying", "Phones"]
    [(_, head, _)] = list(blobs_of_school(westbrook.school.pk))
    assert not head.startswith(b"# Be")
    found = file_of(westbrook.dsl, westbrook.school.pk, fact.version_id)
    assert (found.content, found.name) == (TEXT, f"policy-{policy.pk}-version-1.md")
    assert PolicyVersion.objects.get().sha256 == hashlib.sha256(TEXT).hexdigest()
    [entry] = entries_about(westbrook.school.pk, subject_kind="policy", action=Action.POLICY_ADDED)
    assert entry.details == {"kinds": ["behaviour"], "format": "markdown", "next_review_on": "2027-09-01"}


def test_a_file_that_is_refused_changes_nothing(westbrook: Westbrook) -> None:
    for name, content in (("a.docx", samples.docx_with_entity()), ("a.pdf", samples.encrypted_pdf())):
        with pytest.raises(PolicyRefused):
            add_policy(
                school_id=westbrook.school.pk, facts=facts(), approval=approval(), source=Upload(name, content), viewer=westbrook.dsl, now=NOW
            )
    assert (Policy.objects.count(), PolicyVersion.objects.count(), list(blobs_of_school(westbrook.school.pk))) == (0, 0, [])
    assert latest_policy_change(westbrook.school.pk) is None


def test_an_address_is_kept_and_can_be_linked_as_a_whole(westbrook: Westbrook) -> None:
    source = Address("https://westbrook.example/policies/behaviour")
    policy = add_policy(school_id=westbrook.school.pk, facts=facts(), approval=approval(), source=source, viewer=westbrook.dsl, now=NOW)
    linked(policy, "Whole document", westbrook.dsl, NOW)
    [clause] = clauses_for(westbrook.dsl, westbrook.school.pk, "bullying")
    assert (clause.title, clause.text, list(names_of_blobs())) == ("Whole document", "", [])


def test_an_address_that_is_none_is_refused(westbrook: Westbrook) -> None:
    source = Address("javascript:alert(1)")
    with pytest.raises(RegisterRefused, match="must begin with https"):
        add_policy(school_id=westbrook.school.pk, facts=facts(), approval=approval(), source=source, viewer=westbrook.dsl, now=NOW)
    assert Policy.objects.count() == 0


def test_what_does_not_fit_is_refused_with_the_reason(westbrook: Westbrook) -> None:
    def add(said: object, given: object = None) -> None:
        add_policy(
            school_id=westbrook.school.pk, facts=said, approval=given or approval(), source=Upload("a.md", TEXT), viewer=westbrook.dsl, now=NOW  # type: ignore[arg-type]
        )

    with pytest.raises(RegisterRefused, match="lies ahead"):
        add(facts(), approval(on=date(2026, 12, 1)))
    with pytest.raises(RegisterRefused, match="after the day of approval"):
        add(facts(review=date(2026, 9, 1)))
    assert Policy.objects.count() == 0


def test_what_stayed_the_same_stays_linked_and_what_changed_waits(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    linked(policy, "Bullying", westbrook.dsl, NOW)
    linked(policy, "Phones", westbrook.dsl, NOW, theme="bypass")
    renewed(policy, westbrook.dsl, NOW)
    [fact] = policy_facts(westbrook.school.pk)
    assert (fact.label, fact.links, fact.to_confirm) == ("October 2026", 1, 1)
    assert [clause.is_to_confirm for clause in clauses_for(westbrook.dsl, westbrook.school.pk, "bullying")] == [True]
    assert [clause.is_to_confirm for clause in clauses_for(westbrook.dsl, westbrook.school.pk, "bypass")] == [False]
    [waiting] = confirming_of(westbrook.dsl, westbrook.school.pk, policy.pk).links
    assert (waiting.old_title, waiting.new_title, waiting.old_version) == ("Bullying", "3 Bullying", "September 2026")
    assert [span.text.strip() for span in waiting.new if span.is_changed] == ["within", "hour."]
    [entry] = entries_about(westbrook.school.pk, subject_kind="policy", action=Action.POLICY_VERSION_ADDED)
    assert entry.details == {"number": 2, "format": "markdown", "links_carried": 1, "links_to_confirm": 1}


def test_a_link_is_confirmed_with_the_new_section_and_waits_no_more(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    link = linked(policy, "Bullying", westbrook.dsl, NOW)
    renewed(policy, westbrook.dsl, NOW)
    new = section(policy, "3 Bullying", number=2)
    for _ in range(2):  # a second press finds it done
        confirm_link(link_id=link.pk, section_id=new.pk, viewer=westbrook.deputy, now=NOW)
    assert PolicyLink.objects.get().section == new
    assert confirming_of(westbrook.dsl, westbrook.school.pk, policy.pk).links == ()
    assert first_break(westbrook.school.pk) is None


def test_a_link_that_is_there_already_is_not_made_twice(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    old = linked(policy, "Bullying", westbrook.dsl, NOW)
    assert linked(policy, "Bullying", westbrook.dsl, NOW) == old
    renewed(policy, westbrook.dsl, NOW)
    new = section(policy, "3 Bullying", number=2)
    made = link_section(school_id=policy.school_id, section_id=new.pk, target=Target("bullying"), viewer=westbrook.dsl, now=NOW)
    confirm_link(link_id=old.pk, section_id=new.pk, viewer=westbrook.dsl, now=NOW)
    assert list(PolicyLink.objects.all()) == [made]


def test_a_section_of_an_old_version_or_of_another_policy_is_not_linked(westbrook: Westbrook) -> None:
    policy, other = in_register(westbrook), in_register(westbrook, Kind.OTHER, title="Other")
    link = linked(policy, "Bullying", westbrook.dsl, NOW)
    renewed(policy, westbrook.dsl, NOW)
    with pytest.raises(RegisterRefused, match="newer version"):
        linked(policy, "Bullying", westbrook.dsl, NOW)
    with pytest.raises(NotFound):
        confirm_link(link_id=link.pk, section_id=section(other, "Bullying").pk, viewer=westbrook.dsl, now=NOW)


def test_clauses_come_most_exact_first_and_once(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    linked(policy, "Behaviour policy", westbrook.dsl, NOW, theme="bullying")
    linked(policy, "Bullying", westbrook.dsl, NOW, theme="bullying", level=4, band="ks2")
    linked(policy, "Bullying", westbrook.dsl, NOW, theme="bullying", level=3)
    linked(policy, "Phones", westbrook.dsl, NOW, deed="dismiss")
    exact = clauses_for(westbrook.dsl, westbrook.school.pk, "bullying", 4, "ks2")
    assert [(clause.title, clause.applies_when) for clause in exact] == [("Bullying", "level 4, age 7-11"), ("Behaviour policy", "")]
    assert [clause.title for clause in clauses_for(westbrook.dsl, westbrook.school.pk, "bullying", 5, "ks2")] == ["Behaviour policy"]
    assert len(clauses_for(westbrook.dsl, westbrook.school.pk, "bullying")) == 2
    assert [clause.title for clause in clauses_for_deed(westbrook.dsl, westbrook.school.pk, "dismiss")] == ["Phones"]


def test_what_is_another_schools_is_not_there(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    link = linked(policy, "Bullying", westbrook.dsl, NOW)
    other = build_school("Other School", "other.example")
    version = PolicyVersion.objects.get()
    assert clauses_for(other.dsl, westbrook.school.pk, "bullying") == ()
    for attempt in (
        lambda: register_of(other.dsl, westbrook.school.pk),
        lambda: open_policy(other.dsl, other.school.pk, policy.pk),
        lambda: file_of(other.dsl, other.school.pk, version.pk),
        lambda: confirming_of(other.dsl, other.school.pk, policy.pk),
        lambda: put(westbrook.school.pk, other.dsl, NOW),
        lambda: withdraw_policy(policy_id=policy.pk, reason="x", viewer=other.dsl, now=NOW),
        lambda: mark_headings(version_id=version.pk, levels={}, viewer=other.dsl, now=NOW),
        lambda: linked(policy, "Phones", other.dsl, NOW),
        lambda: unlink(school_id=other.school.pk, link_id=link.pk, viewer=westbrook.dsl, now=NOW),
        lambda: unlink(school_id=westbrook.school.pk, link_id=link.pk, viewer=other.dsl, now=NOW),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_person_marks_headings_until_something_is_linked(westbrook: Westbrook) -> None:
    policy = in_register(westbrook, text=b"Bullying\n\nWe stop it.\n\nPhones\n\nIn bags.\n")
    version = PolicyVersion.objects.get()
    assert not open_policy(westbrook.dsl, westbrook.school.pk, policy.pk).has_headings
    mark_headings(version_id=version.pk, levels={0: 2, 2: 2}, viewer=westbrook.dsl, now=NOW)
    assert list(PolicySection.objects.order_by("place").values_list("title", "text")) == [("Bullying", "We stop it."), ("Phones", "In bags.")]
    linked(policy, "Bullying", westbrook.dsl, NOW)
    with pytest.raises(RegisterRefused, match="linked already"):
        mark_headings(version_id=version.pk, levels={}, viewer=westbrook.dsl, now=NOW)
    assert PolicySection.objects.count() == 2


def test_a_policy_that_is_taken_out_counts_no_more(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    linked(policy, "Bullying", westbrook.dsl, NOW)
    with pytest.raises(RegisterRefused, match="Say why"):
        withdraw_policy(policy_id=policy.pk, reason=" ", viewer=westbrook.dsl, now=NOW)
    withdraw_policy(policy_id=policy.pk, reason="Merged into another", viewer=westbrook.dsl, now=NOW)
    assert (policy_facts(westbrook.school.pk), PolicyLink.objects.count()) == ((), 0)
    register = register_of(westbrook.dsl, westbrook.school.pk)
    assert Kind.BEHAVIOUR in register.missing
    with pytest.raises(NotFound):
        change_policy(policy_id=policy.pk, facts=facts(), viewer=westbrook.dsl, now=NOW)


def test_a_rotation_seals_the_file_anew_and_it_still_opens(westbrook: Westbrook) -> None:
    in_register(westbrook)
    version = PolicyVersion.objects.get()
    assert uses_key(westbrook.school.pk, 1)
    rotate_school(school_id=westbrook.school.pk, now=NOW)
    forget_keys()
    assert not uses_key(westbrook.school.pk, 1)
    assert file_of(westbrook.dsl, westbrook.school.pk, version.pk).content == TEXT
    assert [(file.files.what, file.name) for file in files_named()] == [("policy version", version.blob)]


def test_a_rotation_names_a_lost_file_and_goes_on_without_it_where_it_is_told_to(westbrook: Westbrook) -> None:
    policy = in_register(westbrook)
    version = PolicyVersion.objects.get()
    remove_blob(school_id=westbrook.school.pk, name=version.blob)
    with pytest.raises(MissingFiles, match=f"the file of policy version {version.pk}; put them back"):
        rotate_school(school_id=westbrook.school.pk, now=NOW)
    rotate_school(school_id=westbrook.school.pk, now=NOW, without_missing=True)
    [entry] = entries_about(westbrook.school.pk, subject_kind="school", action=Action.SCHOOL_KEY_ROTATED)
    assert entry.details["without_files"] == [["policy_version", version.pk]]
    found = open_policy(westbrook.dsl, westbrook.school.pk, policy.pk)
    assert (found.newest.is_lost, found.sections[1].text) == (True, "We stop it the same day.")


def test_the_nights_sweep_leaves_a_policys_file_alone(westbrook: Westbrook) -> None:
    in_register(westbrook)
    assert sweep_files(school_id=westbrook.school.pk, now=NOW.replace(year=2040)) == 0
    assert [name for name, _, _ in blobs_of_school(westbrook.school.pk)] == [PolicyVersion.objects.get().blob]
