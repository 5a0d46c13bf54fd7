"""The page of the managed policy: for each system the text to paste, the same as the command prints, every value explained."""

from __future__ import annotations

import argparse
import json
import plistlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from heedful.commands import extension as command
from heedful.devices.actions import make_token
from heedful.devices.models import Profile
from heedful.devices.rules import TokenKind, policy_hash, token_hash
from heedful.gateway import ready_policy
from heedful.gateway.extension_package import ExtensionNotBuilt
from heedful.gateway.extension_policy import TARGETS
from heedful.gateway.policy_formats import registry_text, texts_of
from heedful.gateway.policy_page import SYSTEMS
from tests.personas.people import Persona, Place

ID = "meieeajaafmegmhhdnhbnnpiahnlkokc"


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An extension of a known id; what packs it has tests of its own."""
    monkeypatch.setattr(ready_policy, "package", lambda: SimpleNamespace(extension_id=ID))
    return


def page_for(technician: Persona, system: str) -> str:
    response = technician.opens("device_policy", **{"for": system})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("system", [each.key for each in SYSTEMS])
def test_each_system_has_its_texts_and_each_value_its_reason(technician: Persona, system: str) -> None:
    page = page_for(technician, system)
    for words in (ID if system != "google" else "chromeosEnrolToken", "PUT-THE-ENROLMENT-TOKEN-HERE", settings.DEVICE_URL, "data-copy"):
        assert words in page
    assert "serverUrl</code></dt><dd>the address of this server" in page


def test_the_page_shows_what_the_command_prints(
    technician: Persona, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heedful.commands._installation.make_ready", lambda: None)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    for target in TARGETS:
        assert command.run(parser.parse_args(["policy", "--for", target])) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed == ready_policy.ready_policy(target).document
        if target != "intune":
            page = page_for(technician, target)
            shown = re.search(r'id="policy-1" data-fillable>(.*?)</code>', page, re.DOTALL)
            assert shown
            assert json.loads(shown[1].replace("&quot;", '"')) == printed


def test_without_a_built_extension_the_page_says_so(technician: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ExtensionNotBuilt("the extension is not built; run 'make extension'")

    monkeypatch.setattr(ready_policy, "package", missing)
    assert "make extension" in page_for(technician, "google")


def test_the_registry_has_every_value_in_edges_names_for_edge() -> None:
    document = ready_policy.ready_policy("intune").document
    chrome, edge = registry_text(document, key=r"Google\Chrome"), registry_text(document, key=r"Microsoft\Edge", is_edge=True)
    assert '"IncognitoModeAvailability"=dword:00000001' in chrome
    assert '"InPrivateModeAvailability"=dword:00000001' in edge
    assert rf"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome\3rdparty\extensions\{ID}\policy]" in chrome
    quoted = re.search(r'"ExtensionSettings"="(.*)"\r', chrome)
    assert quoted
    assert json.loads(quoted[1].replace('\\"', '"')) == document["ExtensionSettings"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_no_value_breaks_out_of_the_registrys_quotes(text: str) -> None:
    lines = registry_text({"Name": text, "3rdparty": {"extensions": {}}}, key="K").split("\r\n")
    [line] = [line for line in lines if line.startswith('"Name"=')]
    assert re.fullmatch(r'"Name"="(?:[^"\\]|\\\\|\\")*"', line, re.DOTALL)


def test_macos_gets_property_lists_of_the_same_values() -> None:
    policy = ready_policy.ready_policy("intune")
    lists = {text.title: plistlib.loads(text.text.encode()) for text in texts_of(policy, system="mac")}
    assert lists[f"Google Chrome: com.google.Chrome.extensions.{ID}.plist"] == policy.document["3rdparty"]["extensions"][ID]
    assert lists["Microsoft Edge: com.microsoft.Edge.plist"]["InPrivateModeAvailability"] == 1
    assert len(lists) == 4


def test_devices_with_an_old_token_are_counted_and_named(technician: Persona, larkfield: Place) -> None:
    now = timezone.now()
    _, token = make_token(
        school_id=larkfield.school.pk, kind=TokenKind.CHROMEOS, label="New", uses=9, valid_for_days=9, made_by=None, now=now
    )
    current = policy_hash(server_url=settings.DEVICE_URL, chromeos_token_hash=token_hash(token))
    Profile.objects.filter(pk=larkfield.device.pk).update(policy_hash=current)
    assert "1 device has a policy of this page with a token that works; 0 have another; 0 did not say" in page_for(technician, "google")
    Profile.objects.filter(pk=larkfield.device.pk).update(policy_hash="0" * 64)
    assert "0 devices have a policy of this page with a token that works; 1 has another" in page_for(technician, "google")
    assert "Its policy differs" in technician.opens("device", larkfield.device.device_id).content.decode()
    assert token not in page_for(technician, "google")
