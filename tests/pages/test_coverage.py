"""The page of tests in a browser: somebody stands at a device, and the cell turns green."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Browser, expect

from heedful.devices.models import Device, Profile
from tests.pages.browser import signed_in
from tests.pages.coverage_scene import answer_phrase
from tests.personas.people import Persona, Place


def test_a_cell_turns_green_while_the_tester_watches(chromium: Browser, address: str, technician: Persona, larkfield: Place) -> None:
    now = timezone.now()
    device = Device.objects.create(school=larkfield.school, kind="chromebook", label="LARK-001", listed_at=now, added_at=now)
    profile = Profile.objects.create(
        school=larkfield.school, device=device, public_key=bytes(32), enrolled_at=now, last_seen_at=now, bundle_version="1"
    )
    with signed_in(chromium, address, technician) as context:
        page = context.new_page()
        page.goto(f"{address}/coverage/tests/")
        page.get_by_label("Group", exact=True).select_option("Year 8")
        page.get_by_role("button", name="I am testing this now").click()
        expect(page.locator("[data-running]")).to_contain_text("Waiting for Year 8 on Chromebook")
        row = page.get_by_role("row", name="Year 8")
        expect(row).to_contain_text("not tested")
        answer_phrase(profile, larkfield.accounts[0], timezone.now() + timedelta(milliseconds=1))
        expect(row).to_contain_text("Sam Whitlock", timeout=4_000)
        expect(page.locator("[data-running]")).to_contain_text("Year 8 on Chromebook works.")
        expect(page.locator("[data-announce]")).to_contain_text("Year 8: the phrase came through")
        page.reload()
        expect(page.get_by_role("row", name="Year 8")).to_contain_text("Sam Whitlock")
