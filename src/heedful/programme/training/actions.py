"""Answering a module, practising, and what follows: a result, a clearance. Each is written once, whatever page asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.actions.practice import Dealt, clear_practice, deal_practice
from heedful.captures.queries.practice import decided_in
from heedful.captures.rules import Source
from heedful.people.clearance.actions import give_clearance, practice_school_for
from heedful.people.clearance.queries import expiry_of
from heedful.people.clearance.rules import Path, practised_rights
from heedful.people.models import School, User
from heedful.people.rules import Right
from heedful.programme.training.marking import Marked, Verdict, has_passed, mark, percent
from heedful.programme.training.models import Attempt, OwnModule, PassMark, Result
from heedful.programme.training.pupils import PUPILS, band_of
from heedful.programme.training.queries import catalogue_of, expiries_of, marks_of, practice_end_of, roles_in, running_attempt
from heedful.programme.training.reading import Module, read_module
from heedful.programme.training.rules import PRACTICE_MONTHS, Duration, check_pass_mark, clearance_end, count_right
from heedful.programme.training.rules import has_passed as passes_questions
from heedful.programme.training.shipped import Card, practice_cards
from heedful.thresholds.queries import table_in_force
from heedful.thresholds.rules import Route


def answer_module(*, viewer: User, school: School, module: Module, chosen: Sequence[Sequence[int]], now: datetime) -> Result:
    """Mark the answers to a module; `chosen` holds the places of the chosen options, one list a question. Passing may clear its reader."""
    right, today = count_right(chosen, [question.right for question in module.questions]), timezone.localdate(now)
    pass_mark = marks_of(school.pk).modules
    passed = passes_questions(right=right, out_of=len(module.questions), pass_mark=pass_mark)
    with transaction.atomic():
        result = Result.objects.create(
            user=viewer, school=school, module=module.key, title=module.title, text_hash=module.text_hash, at=now, right=right,
            out_of=len(module.questions), pass_mark=pass_mark, passed=passed, answers=[list(each) for each in chosen],
            expires_on=module.counts_for.after(today) if passed else None,
        )  # fmt: skip
        if passed and module.opens_captures:
            clear_where_trained(user=viewer, school=school, now=now)
        details = {"module": module.key, "right": right, "out_of": len(module.questions), "passed": passed}
        _audit(school, viewer, Action.TRAINING_ANSWERED, "training_result", str(result.pk), details, now)
    return result


def begin_practice(*, viewer: User, school: School, now: datetime) -> School:
    """Deal a fresh deck to the viewer's practice school; a deck that was begun before is put away unmarked. Returns that school."""
    with transaction.atomic():
        practice = practice_school_for(user=viewer, school=school, now=now)
        Attempt.objects.filter(user=viewer, school=school, finished_at=None).delete()
        cards = practice_cards()
        dealt = deal_practice(school=practice, pupils=PUPILS, deck=[_dealt(card) for card in cards], now=now)
        reads_all = Right.READ_SAFEGUARDING in practised_rights(roles_in(viewer, school.pk))
        counting = {
            str(capture_id): card.key
            for card, (capture_id, route) in zip(cards, dealt, strict=True)
            if route == Route.BEHAVIOUR or (reads_all and route == Route.SAFEGUARDING)
        }
        try:
            with transaction.atomic():
                attempt = Attempt.objects.create(
                    user=viewer, school=school, began_at=now, table_version=table_in_force(school.pk).version, dealt=counting
                )
        except IntegrityError:  # two presses at once: the other one dealt
            return practice
        _audit(school, viewer, Action.PRACTICE_BEGUN, "practice", str(attempt.pk), {"captures": len(counting)}, now)
    return practice


def finish_practice(*, viewer: User, school: School, now: datetime) -> Attempt | None:
    """Mark what was decided against the table in force, put the deck away, and clear whom it clears. None where nothing was begun."""
    with transaction.atomic():
        attempt = running_attempt(viewer, school.pk)
        if attempt is None:
            return None
        practice = practice_school_for(user=viewer, school=school, now=now)
        marked, mark_to_pass = _mark(attempt, practice.pk), marks_of(school.pk).practice
        passed, today = has_passed(marked, pass_mark=mark_to_pass), timezone.localdate(now)
        updated = Attempt.objects.filter(pk=attempt.pk, finished_at=None).update(
            finished_at=now, percent=percent(marked), missed=sum(each.verdict == Verdict.MISSED for each in marked), pass_mark=mark_to_pass,
            passed=passed, expires_on=Duration(months=PRACTICE_MONTHS).after(today) if passed else None,
            answers=[each.to_json() for each in marked], table_version=table_in_force(school.pk).version,
        )  # fmt: skip
        if not updated:
            return None
        clear_practice(school=practice)
        attempt.refresh_from_db()
        if passed:
            clear_where_trained(user=viewer, school=school, now=now)
        details = {"percent": attempt.percent, "missed": attempt.missed, "passed": passed, "table": attempt.table_version}
        _audit(school, viewer, Action.PRACTICE_FINISHED, "practice", str(attempt.pk), details, now)
    return attempt


def clear_where_trained(*, user: User, school: School, now: datetime) -> date | None:
    """Clear this person until the first of their module and practice runs out, where both count and it is longer than what they have."""
    today = timezone.localdate(now)
    opening = [module.key for module in catalogue_of(school.pk) if module.opens_captures]
    ends = expiries_of(user, school.pk)
    end = clearance_end(module_ends={key: ends.get(key) for key in opening}, practice_end=practice_end_of(user, school.pk), today=today)
    if end is None or ((held := expiry_of(user, school.pk, path=Path.TRAINED)) is not None and held >= end):
        return None
    give_clearance(user=user, school=school, path=Path.TRAINED, expires_on=end, passed_on=today, now=now)
    return end


def set_pass_mark(*, viewer: User, school: School, modules: int, practice: int, reason: str, now: datetime) -> PassMark:
    """Say what counts as passed from now on; who has passed keeps it. Raises MarkRefused."""
    check_pass_mark(modules=modules, practice=practice, reason=reason)
    with transaction.atomic():
        row = PassMark.objects.create(school=school, modules=modules, practice=practice, reason=reason.strip()[:300], by=viewer, at=now)
        _audit(school, viewer, Action.PASS_MARK_SET, "pass_mark", str(row.pk), {"modules": modules, "practice": practice}, now)
    return row


def add_own_module(*, viewer: User, school: School, text: str, name: str, now: datetime) -> OwnModule:
    """Take a module that the school wrote; one with the same title is replaced. Raises ModuleRefused, and then changes nothing."""
    module = read_module("own", text, name=name, is_own=True)
    key = f"own-{slugify(module.title)[:50] or 'module'}"
    with transaction.atomic():
        OwnModule.objects.filter(school=school, key=key, withdrawn_at=None).update(withdrawn_at=now)
        row = OwnModule.objects.create(school=school, key=key, text=text, at=now, by=viewer)
        _audit(school, viewer, Action.MODULE_ADDED, "own_module", str(row.pk), {}, now)
    return row


def withdraw_module(*, viewer: User, school: School, key: str, now: datetime) -> bool:
    """Ask nobody for this module any more; results stay. False where there is none."""
    with transaction.atomic():
        rows = OwnModule.objects.filter(school=school, key=key, withdrawn_at=None)
        pk = rows.values_list("pk", flat=True).first()
        if pk is None or not rows.update(withdrawn_at=now):
            return False
        _audit(school, viewer, Action.MODULE_WITHDRAWN, "own_module", str(pk), {}, now)
    return True


def _mark(attempt: Attempt, practice_school: int) -> list[Marked]:
    cards, decided, table = {card.key: card for card in practice_cards()}, decided_in(practice_school), table_in_force(attempt.school_id)
    by_text = {str(capture_id): each for capture_id, each in decided.items()}
    return [
        mark(cards[key], by_text.get(capture_id), table, age_band=band_of(cards[key].pupil))
        for capture_id, key in attempt.dealt.items()
        if key in cards
    ]


def _dealt(card: Card) -> Dealt:
    return Dealt(card.pupil, card.text, Source(card.source), card.host, card.title, card.machine, card.words)


def _audit(school: School, viewer: User, action: Action, kind: str, subject: str, details: Mapping[str, object], now: datetime) -> None:
    append(school_id=school.pk, actor=Actor.person(viewer.pk), fact=Fact(action, kind, (subject,), dict(details)), now=now)
