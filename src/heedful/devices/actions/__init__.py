"""Everything that changes devices and profiles. What other apps call most stands here by name."""

from heedful.devices.actions.enrolment import EnrolmentRefused, Platform, enrol_profile
from heedful.devices.actions.heartbeats import Heartbeat, record_heartbeat
from heedful.devices.actions.looking_after import revoke_profile
from heedful.devices.actions.requests import SequenceUsed, record_test_sighting, take_hourly_room, use_sequence
from heedful.devices.actions.tokens import make_token

__all__ = [
    "EnrolmentRefused",
    "Heartbeat",
    "Platform",
    "SequenceUsed",
    "enrol_profile",
    "make_token",
    "record_heartbeat",
    "record_test_sighting",
    "revoke_profile",
    "take_hourly_room",
    "use_sequence",
]
