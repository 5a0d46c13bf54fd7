"""What an audit entry may hold, and how it is hashed: pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextChoices


class Action(TextChoices):
    """Every audited action, by its dotted name."""

    CAPTURES_STORED = "captures.stored"
    CAPTURES_LISTED = "captures.listed"
    CAPTURES_EXPORTED = "captures.exported"
    CAPTURE_READ = "capture.read"
    CAPTURE_ACKNOWLEDGED = "capture.acknowledged"
    CAPTURE_GRADED = "capture.graded"
    CAPTURE_ROUTED = "capture.routed"
    CAPTURE_NOTED = "capture.noted"
    CAPTURE_CLOSED = "capture.closed"
    CAPTURE_REOPENED = "capture.reopened"
    CAPTURE_UNDONE = "capture.undone"
    CAPTURE_SNOOZED = "capture.snoozed"
    CAPTURES_WOKEN = "captures.woken"
    CAPTURES_READ_AGAIN = "captures.read_again"
    CAPTURE_MOVED = "capture.moved"
    CAPTURES_MATCHED = "captures.matched"
    CAPTURE_PASSED = "capture.passed"
    CAPTURE_CONTEXT_OPENED = "capture.context_opened"
    SECOND_LOOKS_DRAWN = "second_look.drawn"
    SECOND_LOOK_READ = "second_look.read"
    SECOND_LOOK_GIVEN = "second_look.given"
    APPROACH_RATED = "measures.approach_rated"
    PARALLEL_COLUMNS_SET = "parallel.columns_set"
    PARALLEL_IMPORTED = "parallel.imported"
    PARALLEL_MINUTES_SET = "parallel.minutes_set"
    CAPTURES_DELETED = "captures.deleted"
    CAPTURE_PARTS_DELETED = "captures.parts_deleted"
    HOLD_PUT = "hold.put"
    HOLD_RELEASED = "hold.released"
    RETENTION_CHANGED = "school.retention_changed"
    RECORDS_DELETED = "records.deleted"
    CAPTURE_PICTURE_REVEALED = "capture.picture_revealed"
    PICTURE_SEALED = "picture.sealed"
    PICTURE_DESTRUCTION_ASKED = "picture.destruction_asked"
    PICTURE_DESTRUCTION_DECLINED = "picture.destruction_declined"
    PICTURE_DESTROYED = "picture.destroyed"
    UNMATCHED_LISTED = "unmatched.listed"
    THRESHOLDS_PUT_IN_FORCE = "thresholds.put_in_force"
    THRESHOLD_DRAFT_STARTED = "threshold_draft.started"
    THRESHOLD_DRAFT_CHANGED = "threshold_draft.changed"
    THRESHOLD_DRAFT_SIGNED = "threshold_draft.signed"
    THRESHOLD_DRAFT_SET_ASIDE = "threshold_draft.set_aside"
    APPROACH_SET = "approach.set"
    APPROACH_REMOVED = "approach.removed"
    APPROACHES_STARTED = "approaches.started"
    APPROACHES_ENDED = "approaches.ended"
    APPROACH_ADOPTED = "approach.adopted"
    FIRST_LOOK_PASSED_ON = "first_look.passed_on"
    FIRST_LOOK_NOISE = "first_look.noise"
    FIRST_LOOK_NOISE_UNDONE = "first_look.noise_undone"
    FIRST_LOOK_OVER = "first_look.over"
    FIRST_LOOK_LISTED = "first_look.listed"
    PILOT_MADE = "pilot.made"
    PILOT_CHANGED = "pilot.changed"
    PILOT_STARTED = "pilot.started"
    PILOT_REVIEWED = "pilot.reviewed"
    PILOT_DECIDED = "pilot.decided"
    PILOT_ENDED = "pilot.ended"
    PHRASE_TEST_STARTED = "coverage.phrase_test_started"
    TERMS_SET = "coverage.terms_set"
    SELF_TESTED = "coverage.self_tested"
    SILENCE_BEGAN = "coverage.silence_began"
    SILENCE_ENDED = "coverage.silence_ended"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REVOKED = "device.revoked"
    DEVICE_RETIRED = "device.retired"
    DEVICE_RETURNED = "device.returned"
    DEVICE_MERGED = "device.merged"
    INVENTORY_IMPORTED = "inventory.imported"
    TOKEN_MADE = "token.made"  # noqa: S105 - a name of an action
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    SCHOOL_MADE = "school.made"
    SCHOOL_CHANGED = "school.changed"
    SCHOOL_KEY_MADE = "school.key_made"
    SCHOOL_KEY_DESTROYED = "school.key_destroyed"
    SCHOOL_KEY_ROTATED = "school.key_rotated"
    INSTALLATION_KEY_ROTATED = "installation.key_rotated"
    BACKUP_MADE = "installation.backup_made"
    BACKUP_FAILED = "installation.backup_failed"
    BACKUP_RESTORED = "installation.restored"
    RECOVERY_KEY_MADE = "installation.recovery_key_made"
    LOCKED_LIST_LOADED = "installation.locked_list_loaded"
    STAGE_MOVED = "school.stage_moved"
    LAUNCH_DATE_SET = "launch.date_set"
    LAUNCH_DECIDED = "launch.decided"
    STEP_PLANNED = "programme.step_planned"
    TRUST_DEFAULT_SET = "trust.default_set"
    STRANDS_SET = "working_group.strands_set"
    GROUP_MEMBER_ADDED = "working_group.member_added"
    GROUP_MEMBER_REMOVED = "working_group.member_removed"
    GROUP_SLOT_FILLED = "working_group.slot_filled"
    MEETING_PLANNED = "working_group.meeting_planned"
    MEETING_HELD = "working_group.meeting_held"
    DECISION_RECORDED = "working_group.decision_recorded"
    ACTION_POINT_MADE = "working_group.action_made"
    ACTION_POINT_DONE = "working_group.action_done"
    CALIBRATION_OPENED = "calibration.opened"
    CALIBRATION_SORTED = "calibration.sorted"
    CALIBRATION_RESULTS_OPENED = "calibration.results_opened"
    CALIBRATION_NAMES_SHOWN = "calibration.names_shown"
    CALIBRATION_SORTED_AGAIN = "calibration.second_sort_opened"
    CALIBRATION_SETTLED = "calibration.settled"
    CALIBRATION_STOPPED = "calibration.stopped"
    CALIBRATION_CARD_ADDED = "calibration.card_added"
    CALIBRATION_CARD_WITHDRAWN = "calibration.card_withdrawn"
    CALIBRATION_PROPOSED = "calibration.proposed"
    POLICY_ADDED = "policy.added"
    POLICY_CHANGED = "policy.changed"
    POLICY_VERSION_ADDED = "policy.version_added"
    POLICY_HEADINGS_MARKED = "policy.headings_marked"
    POLICY_LINKED = "policy.linked"
    POLICY_LINK_CONFIRMED = "policy.link_confirmed"
    POLICY_UNLINKED = "policy.unlinked"
    POLICY_SIGNED = "policy.signed"
    POLICY_WITHDRAWN = "policy.withdrawn"
    PLAN_CHANGED = "plan.changed"
    RISK_PROFILE_CHANGED = "plan.risk_profile_changed"
    AI_TOOL_CHANGED = "plan.ai_tool_changed"
    REVIEW_TRIGGERED = "review.triggered"
    REVIEW_OPENED = "review.opened"
    REVIEW_WRITTEN = "review.written"
    REVIEW_CLOSED = "review.closed"
    STANDUP_NOTED = "review.standup_noted"
    DELETION_CERTIFIED = "review.deletion_certified"
    PILOT_AUDIENCE_SET = "pilot.audience_set"
    GROUP_SET = "group.set"
    PUPILS_ADDED = "pupils.added"
    ACCOUNTS_ADDED = "accounts.added"
    ACCOUNT_MATCHED = "account.matched"
    ROLL_IMPORTED = "roll.imported"
    ROLL_IMPORT_REFUSED = "roll.import_refused"
    ROLL_LISTED = "roll.listed"
    ROLL_READ = "roll.read"
    STAFF_ADDED = "staff.added"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    CONTENT_GRANTED = "content.granted"
    CONTENT_GRANT_ENDED = "content.grant_ended"
    PUPIL_BARRED = "pupil.barred"
    NOTICE_SENT = "notice.sent"
    NOTICE_FAILED = "notice.failed"
    SIGNED_IN = "session.signed_in"
    SIGN_IN_BOUND = "session.account_bound"
    SIGN_IN_UNBOUND = "session.account_unbound"
    SIGN_IN_REFUSED = "session.refused"
    SIGNED_OUT_EVERYWHERE = "session.signed_out_everywhere"
    STAFF_DEACTIVATED = "staff.deactivated"
    STAFF_REACTIVATED = "staff.reactivated"
    STAFF_INVITED = "staff.invited"
    READING_LOCKED = "reading.locked"
    READING_UNLOCKED = "reading.unlocked"

    COMMUNICATION_TEXT_SAVED = "communication.text_saved"
    COMMUNICATION_PUBLISHED = "communication.published"
    COMMUNICATION_HANDED_OUT = "communication.handed_out"
    COMMUNICATION_CONFIRMED = "communication.confirmed"
    PUBLIC_PAGE_SWITCHED = "transparency.page_switched"
    DPIA_SAVED = "dpia.saved"
    DPIA_APPROVED = "dpia.approved"
    RESTORE_TRIED = "installation.restore_tried"
    CLEARANCE_GIVEN = "clearance.given"
    GLASS_BROKEN = "glass.broken"
    GLASS_MENDED = "glass.mended"
    TRAINING_ANSWERED = "training.answered"
    PRACTICE_BEGUN = "practice.begun"
    PRACTICE_FINISHED = "practice.finished"
    PASS_MARK_SET = "training.pass_mark_set"  # noqa: S105 - a name of an action
    MODULE_ADDED = "training.module_added"
    MODULE_WITHDRAWN = "training.module_withdrawn"


@dataclass(frozen=True)
class Actor:
    """Who did it: a person, a device, or Heedful itself."""

    kind: str
    id: str

    @staticmethod
    def person(user_id: int) -> Actor:
        return Actor("person", str(user_id))

    @staticmethod
    def device(device_id: object) -> Actor:
        return Actor("device", str(device_id))


SYSTEM = Actor("system", "")


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `subject_ids` and `details` hold ids, numbers and setting values, never text of a pupil or a name."""

    action: Action | str  # a plain string only when read back from the chain
    subject_kind: str
    subject_ids: tuple[str, ...]
    details: dict[str, Any] = field(default_factory=dict)


def entry_hash(*, school_id: int, number: int, at: datetime, actor: Actor, fact: Fact, previous: str) -> str:
    """SHA-256 over a canonical JSON of the entry and the hash before it."""
    body = [
        school_id, number, at.astimezone(UTC).isoformat(timespec="microseconds"), actor.kind, actor.id,
        str(fact.action), fact.subject_kind, list(fact.subject_ids), fact.details, previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()
