"""The policy that a school pastes: installed by force, pinned, no way round it, and no token that could follow a pupil home."""

from __future__ import annotations

import json

import pytest

from heedful.gateway.extension_policy import SERIAL_HERE, TARGETS, ExtensionPolicy, Target, policy_for

ID = "meieeajaafmegmhhdnhbnnpiahnlkokc"
SERVER = "https://heedful.school.example"
UPDATES = f"{SERVER}/extension/updates.xml"


def policy(target: Target) -> ExtensionPolicy:
    tokens = {"chromeos_token": "chrome-token"} if target == "google" else {"device_token": "device-token"}
    return policy_for(target, extension_id=ID, server_url=SERVER, update_url=UPDATES, **tokens)


def test_linux_is_one_whole_document() -> None:
    assert policy("linux").document == {
        "ExtensionSettings": {
            ID: {"installation_mode": "force_installed", "update_url": UPDATES, "override_update_url": True, "toolbar_pin": "force_pinned"}
        },
        "IncognitoModeAvailability": 1,
        "BrowserGuestModeEnabled": False,
        "BrowserAddPersonEnabled": False,
        "DeveloperToolsAvailability": 0,
        "3rdparty": {"extensions": {ID: {"serverUrl": SERVER, "deviceEnrolToken": "device-token"}}},
    }


def test_intune_sets_the_same_values() -> None:
    assert policy("intune").document == policy("linux").document
    assert ID in policy("intune").where


def test_google_pastes_the_extensions_own_values_in_googles_form() -> None:
    assert policy("google").document == {"serverUrl": {"Value": SERVER}, "chromeosEnrolToken": {"Value": "chrome-token"}}
    assert UPDATES in policy("google").where


def names_in(value: object) -> set[str]:
    """Every name in a policy that somebody has to understand: not the extension's id, nor Google's wrapping."""
    if not isinstance(value, dict):
        return set()
    own = {name for name in value if name not in {ID, "extensions", "Value"}}
    return own.union(*(names_in(inner) for inner in value.values()))


@pytest.mark.parametrize("target", TARGETS)
def test_each_value_is_explained_and_the_whole_can_be_pasted(target: Target) -> None:
    tokens = {"chromeos_token": "chrome-token"} if target == "google" else {"device_token": "device-token"}
    made = policy_for(
        target, extension_id=ID, server_url=SERVER, update_url=UPDATES, pupil="sam.reed", machine_id="5CD0123XYZ", device_label="IT2-PC07",
        authority=b"der", **tokens,
    )  # fmt: skip
    assert json.loads(json.dumps(made.document)) == made.document
    assert names_in(made.document) == set(made.reasons)
    assert all(len(reason) > 20 for reason in made.reasons.values())


def test_what_differs_by_machine_is_said_where_the_machine_does_not_tell_it() -> None:
    assert policy("google").by_machine == ""
    for target in ("intune", "linux"):
        said = policy(target).by_machine
        assert "erial" in said
    assert ID in policy("intune").by_machine
    assert SERIAL_HERE in policy("linux").by_machine


def test_the_schools_own_authority_stands_in_the_linux_policy_alone() -> None:
    for target in TARGETS:
        made = policy_for(target, extension_id=ID, server_url=SERVER, update_url=UPDATES, authority=b"der")
        assert made.document.get("CACertificates") == (["ZGVy"] if target == "linux" else None)


def test_the_device_token_never_stands_in_googles_policy() -> None:
    with pytest.raises(ValueError, match="home"):
        policy_for("google", extension_id=ID, server_url=SERVER, update_url=UPDATES, device_token="t")


@pytest.mark.parametrize("target", ["intune", "linux"])
def test_the_chromeos_token_stands_in_googles_policy_alone(target: Target) -> None:
    with pytest.raises(ValueError, match="Google"):
        policy_for(target, extension_id=ID, server_url=SERVER, update_url=UPDATES, chromeos_token="t")


def test_a_pupils_own_device_names_the_pupil() -> None:
    made = policy_for("linux", extension_id=ID, server_url=SERVER, update_url=UPDATES, device_token="t", pupil="sam.reed", device_label="LAB-07")
    assert made.document["3rdparty"]["extensions"][ID] == {"serverUrl": SERVER, "deviceEnrolToken": "t", "pupil": "sam.reed", "deviceLabel": "LAB-07"}


def test_no_value_hides_the_sign_or_opens_incognito() -> None:
    for target in TARGETS:
        text = json.dumps(policy(target).document)
        assert "hidden" not in text
        assert "default_unpinned" not in text


def test_an_unknown_target_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="google, intune, linux"):
        policy_for("jamf", extension_id=ID, server_url=SERVER, update_url=UPDATES)  # type: ignore[arg-type]
