"""A pilot from its design to its end, and a second one after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.rules import FirstLook
from heedful.people.actions import NewAccount, NewPupil, add_accounts, add_pupils, add_staff
from heedful.people.models import Account, Group, PilotAudience, School, User
from heedful.people.rules import NotFound, RoleName, Stage
from heedful.programme.needs import State
from heedful.programme.pilot import actions
from heedful.programme.pilot.actions import Scope
from heedful.programme.pilot.models import Pilot
from heedful.programme.pilot.needs import NEEDS
from heedful.programme.pilot.queries import pilot_page, pilots_of
from heedful.programme.pilot.rules import PilotRefused, PilotState, Success, Verdict
from heedful.programme.pilot.tasks import start_ready
from heedful.programme.working_group.queries import decisions_of
from heedful.thresholds.approaches.actions import Wanted
from heedful.thresholds.approaches.models import Approach
from heedful.thresholds.approaches.queries import approach_in_force, running_in
from heedful.thresholds.approaches.rules import ApproachRefused, LooksFirst, Settings
from tests.harness.trained import train
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Trial:
    """Westbrook in its pilot, two groups whose devices report, and a pilot on the drawing board."""

    place: Westbrook
    year_8: Group
    year_9: Group
    lead: User

    @property
    def school(self) -> School:
        return School.objects.get(pk=self.place.school.pk)

    def scope(self, number: int = 1, **changes: object) -> Pilot:
        scope = Scope((self.year_8.pk, self.year_9.pk), NOW.date(), NOW.date() + timedelta(days=41))
        return actions.set_scope(school=self.school, number=number, scope=Scope(**(scope.__dict__ | changes)), by=self.lead, now=NOW)

    def approach(self, name: str, first: LooksFirst, group: Group, number: int = 1) -> Approach:
        wanted = Wanted(name, Settings(first), (group.pk,))
        return actions.put_approach(school=self.school, number=number, wanted=wanted, by=self.lead, now=NOW)

    def design(self, number: int = 1) -> tuple[Approach, Approach]:
        """A sound design of two approaches."""
        actions.make_pilot(school=self.school, by=self.lead, now=NOW)
        self.scope(number)
        two = self.approach("Lead sees all", LooksFirst.DSL_ALL, self.year_8, number), self.approach("Pastoral first", LooksFirst.PASTORAL_FIRST, self.year_9, number)
        actions.set_targets(school=self.school, number=number, goals={Success.MISSED: "At most one in twenty"}, by=self.lead, now=NOW)
        actions.set_audience(school=self.school, user_ids=[self.place.dsl.pk, self.place.deputy.pk], by=self.lead, now=NOW)
        return two

    def start(self, number: int = 1) -> tuple[Approach, Approach]:
        two = self.design(number)
        actions.start_pilot(school=self.school, number=number, by=self.lead, now=NOW)
        return two

    def decide(self, approach: Approach, verdict: Verdict, number: int = 1, changed: Settings | None = None) -> None:
        actions.decide_approach(school=self.school, number=number, approach_id=approach.pk, verdict=verdict, reason="It was calm.", by=self.lead, now=NOW, changed=changed)

    def end(self, number: int = 1) -> Pilot:
        return actions.end_pilot(school=self.school, number=number, by=self.lead, now=NOW + timedelta(days=40))


@pytest.fixture
def trial(westbrook: Westbrook) -> Trial:
    School.objects.filter(pk=westbrook.school.pk).update(stage=Stage.PILOT)
    behaviour = add_staff(school=westbrook.school, email="behaviour@westbrook.example", name="Behaviour", roles=[RoleName.BEHAVIOUR], now=NOW)
    train(behaviour, westbrook.school, now=NOW)
    pupils = add_pupils(westbrook.school, [NewPupil("Bea", "Lind", 9, "9A", ("Year 9",))], now=NOW)
    add_accounts(westbrook.school, [NewAccount("bea.lind@westbrook.example", pupil=pupils[0])], now=NOW)
    Account.objects.filter(school=westbrook.school).update(last_seen_at=NOW)
    groups = {group.name: group for group in Group.objects.filter(school=westbrook.school)}
    return Trial(westbrook, groups["Year 8"], groups["Year 9"], westbrook.dsl)


def needs_of(trial: Trial) -> dict[str, State]:
    return {need.key: need.look(trial.school.pk, NOW).state for need in NEEDS}


def test_the_gates_follow_the_pilot(trial: Trial) -> None:
    assert needs_of(trial) == {"pilot_designed": State.OPEN, "pilot_audience": State.OPEN, "pilot_decided": State.OPEN}
    two = trial.design()
    actions.finish_design(school=trial.school, number=1, by=trial.lead, now=NOW)
    assert needs_of(trial) == {"pilot_designed": State.MET, "pilot_audience": State.MET, "pilot_decided": State.OPEN}
    actions.start_pilot(school=trial.school, number=1, by=trial.lead, now=NOW)
    for approach in two:
        trial.decide(approach, Verdict.STOP)
    trial.end()
    assert needs_of(trial) == {"pilot_designed": State.MET, "pilot_audience": State.MET, "pilot_decided": State.MET}


def test_an_unsound_design_neither_is_done_nor_starts(trial: Trial) -> None:
    actions.make_pilot(school=trial.school, by=trial.lead, now=NOW)
    for step in (actions.finish_design, actions.start_pilot):
        with pytest.raises(PilotRefused, match="No group is in the pilot"):
            step(school=trial.school, number=1, by=trial.lead, now=NOW)
    assert Pilot.objects.get().state == PilotState.DRAFT


def test_while_the_school_is_set_up_nothing_starts_and_then_it_starts_by_itself(trial: Trial) -> None:
    School.objects.update(stage=Stage.SET_UP)
    trial.design()
    with pytest.raises(PilotRefused, match="still being set up"):
        actions.start_pilot(school=trial.school, number=1, by=trial.lead, now=NOW)
    actions.finish_design(school=trial.school, number=1, by=trial.lead, now=NOW)
    assert start_ready(now=NOW) == 0
    School.objects.update(stage=Stage.PILOT)
    assert (start_ready(now=NOW), start_ready(now=NOW)) == (1, 0)
    assert Pilot.objects.get().state == PilotState.RUNNING


def test_a_change_of_the_design_opens_it_again(trial: Trial) -> None:
    trial.design()
    actions.finish_design(school=trial.school, number=1, by=trial.lead, now=NOW)
    trial.scope(devices="Chromebooks of the library")
    assert Pilot.objects.get().state == PilotState.DRAFT


def test_its_groups_are_the_schools_pilot_groups_and_its_approaches_act_in_theirs(trial: Trial) -> None:
    lead_sees_all, pastoral = trial.start()
    assert set(Group.objects.filter(in_pilot=True)) == {trial.year_8, trial.year_9}
    bea = Account.objects.get(address="bea.lind@westbrook.example")
    hers, amaras = trial.place.stored(3, account=bea), trial.place.stored(3)
    assert (hers.approach_id, hers.first_look) == (pastoral.pk, FirstLook.PASTORAL)
    assert (amaras.approach_id, amaras.first_look) == (lead_sees_all.pk, None)


def test_an_approach_without_groups_is_bound_to_the_pilots(trial: Trial) -> None:
    actions.make_pilot(school=trial.school, by=trial.lead, now=NOW)
    trial.scope(groups=(trial.year_8.pk,), one_approach_reason="One reader.")
    actions.put_approach(school=trial.school, number=1, wanted=Wanted("All", Settings()), by=trial.lead, now=NOW)
    actions.set_targets(school=trial.school, number=1, goals={Success.RATE: "Fewer than ten"}, by=trial.lead, now=NOW)
    actions.set_audience(school=trial.school, user_ids=[trial.place.dsl.pk, trial.place.deputy.pk], by=trial.lead, now=NOW)
    actions.start_pilot(school=trial.school, number=1, by=trial.lead, now=NOW)
    [running] = running_in(trial.school.pk)
    assert running.groups == {trial.year_8.pk}


def test_what_runs_is_not_designed_any_more(trial: Trial) -> None:
    trial.start()
    with pytest.raises(PilotRefused, match="its design stays"):
        trial.scope()
    with pytest.raises(PilotRefused):
        trial.approach("A third", LooksFirst.DSL_ALL, trial.year_8)
    with pytest.raises(PilotRefused, match="There is a pilot already"):
        actions.make_pilot(school=trial.school, by=trial.lead, now=NOW)


def test_an_audience_without_the_lead_changes_nothing(trial: Trial) -> None:
    trial.design()
    with pytest.raises(PilotRefused, match="lacks the safeguarding lead"):
        actions.set_audience(school=trial.school, user_ids=[trial.place.deputy.pk], by=trial.lead, now=NOW)
    assert set(PilotAudience.objects.values_list("user_id", flat=True)) == {trial.place.dsl.pk, trial.place.deputy.pk}


def test_it_ends_only_with_a_decision_on_each_approach(trial: Trial) -> None:
    first, _ = trial.start()
    trial.decide(first, Verdict.STOP)
    with pytest.raises(PilotRefused, match="written decision on each"):
        trial.end()
    assert len(running_in(trial.school.pk)) == 2


def test_a_decision_without_its_reason_is_none(trial: Trial) -> None:
    first, _ = trial.start()
    with pytest.raises(PilotRefused, match="Write down why"):
        actions.decide_approach(school=trial.school, number=1, approach_id=first.pk, verdict=Verdict.STOP, reason=" ", by=trial.lead, now=NOW)
    assert pilot_page(Pilot.objects.get(), now=NOW).undecided == 2


def test_what_is_adopted_acts_for_the_whole_school_and_a_live_one_too(trial: Trial) -> None:
    first, pastoral = trial.start()
    trial.decide(first, Verdict.STOP)
    trial.decide(pastoral, Verdict.ADOPT)
    trial.end()
    assert approach_in_force(trial.school.pk).from_approach == pastoral  # type: ignore[union-attr]
    School.objects.update(stage=Stage.LIVE)
    row = trial.place.stored(3, observed_at=NOW + timedelta(days=50))
    assert row.first_look == FirstLook.PASTORAL
    [entry] = entries_about(trial.school.pk, subject_kind="approach", action=Action.APPROACH_ADOPTED)
    assert entry.details["first_look"] == "pastoral_first"
    assert first_break(trial.school.pk) is None


def test_adopted_with_a_change_it_acts_with_the_change(trial: Trial) -> None:
    first, pastoral = trial.start()
    trial.decide(first, Verdict.STOP)
    trial.decide(pastoral, Verdict.CHANGE, changed=Settings(LooksFirst.PASTORAL_FIRST, show_from=2, pictures=False))
    trial.end()
    live = approach_in_force(trial.school.pk)
    assert live
    assert (live.first_look, live.show_from, live.pictures) == ("pastoral_first", 2, False)
    assert actions.withdraw(school=trial.school, by=trial.lead, now=NOW)
    assert running_in(trial.school.pk) == ()


def test_what_fails_at_the_end_changes_nothing(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    first, pastoral = trial.start()
    trial.decide(first, Verdict.STOP)
    trial.decide(pastoral, Verdict.ADOPT)

    def torn(**_: object) -> None:
        raise ApproachRefused("torn")

    monkeypatch.setattr(actions, "adopt_approach", torn)
    with pytest.raises(ApproachRefused), transaction.atomic():
        trial.end()
    assert (len(running_in(trial.school.pk)), Pilot.objects.get().state) == (2, PilotState.RUNNING)


def test_a_weekly_review_is_a_meeting_with_what_it_decided(trial: Trial) -> None:
    trial.start()
    decisions = ["Go on as it is.", " ", "Ask Year 9 tutors."]
    actions.hold_review(
        school=trial.school, number=1, on=NOW.date(), attended=[trial.lead.pk], decisions=decisions, notes="Calm week.", by=trial.lead, now=NOW
    )
    assert [each.text for each in decisions_of(trial.school.pk, about="pilot:1")] == ["Go on as it is.", "Ask Year 9 tutors."]


def test_a_pilot_can_be_run_again_and_the_first_stays_to_be_read(trial: Trial) -> None:
    for approach in trial.start():
        trial.decide(approach, Verdict.STOP)
    trial.end()
    trial.start(number=2)
    assert [(row.number, row.state) for row in pilots_of(trial.school.pk)] == [(2, "running"), (1, "ended")]
    assert len(running_in(trial.school.pk)) == 2


def test_another_schools_pilot_is_not_there(trial: Trial) -> None:
    trial.start()
    other = build_school("Marsh End School", "marshend.example")
    with pytest.raises(NotFound):
        actions.end_pilot(school=other.school, number=1, by=other.dsl, now=NOW)
    assert Pilot.objects.get().state == PilotState.RUNNING
