"""Takes the pictures of docs/images/ from a console that runs on a fictional morning: `.venv/bin/python scripts/screenshots.py`.

Every page is there. `--all` takes each whole, in both modes and sizes, into build/screenshots/ as well, for looking at while working on them.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
IMAGES = ROOT / "docs" / "images"
WORKING = ROOT / "build" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
MODES = ("light", "dark")
ONCE_EACH = {("wide", "light"), ("phone", "dark")}


@dataclass(frozen=True)
class Shot:
    """One page to picture, as one persona. `is_documented`: in both modes and sizes; any other once light and wide, once dark and narrow."""

    name: str
    persona: str
    path: str
    is_documented: bool = False


@contextmanager
def served() -> Iterator[str]:
    """Serve the console from this process on a free port of loopback, and yield its address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def shots(*scenes: object) -> list[Shot]:
    """The pages, from what the scenes made."""
    of: dict[str, object] = {}
    for scene in scenes:
        of |= vars(scene)
    return [shot for part in (of_captures, of_devices, of_oversight, of_telling, of_programme, of_policies, of_pilot, of_group, of_training, of_calibration, of_people, of_signing_in) for shot in part(of)]


def of_captures(of: dict[str, object]) -> list[Shot]:
    """The queue, the pages of a capture, and pictures that are sealed."""
    return [
        Shot("queue", "dsl", "/captures/", True),
        Shot("queue-burst", "dsl", f"/captures/?burst={of['burst']}"),
        Shot("queue-filters", "dsl", "/captures/?theme=drugs&source=typed"),
        Shot("capture-burst", "dsl", f"/captures/{of['burst']}/"),
        Shot("keyboard", "dsl", "/keyboard/", True),
        Shot("capture", "dsl", f"/captures/{of['urgent']}/", True),
        Shot("capture-graded", "dsl", f"/captures/{of['graded']}/"),
        Shot("capture-closed", "dsl", f"/captures/{of['closed']}/"),
        Shot("capture-report", "dsl", f"/captures/{of['report']}/"),
        Shot("capture-shared", "dsl", f"/captures/{of['shared']}/"),
        Shot("capture-shown", "dsl", f"/captures/{of['shown']}/"),
        Shot("capture-pictured", "dsl", f"/captures/{of['pictured']}/", True),
        Shot("capture-sealed", "dsl", f"/captures/{of['sealed']}/"),
        Shot("capture-passed", "dsl", f"/captures/{of['passed']}/", True),
        Shot("capture-move", "dsl", f"/captures/{of['pictured']}/move/", True),
        Shot("sealed-picture", "head", f"/captures/{of['sealed']}/sealed-picture/", True),
        Shot("sealed-asked", "head", f"/captures/{of['asked']}/sealed-picture/"),
        Shot("sealed-pictures", "head", "/captures/sealed-pictures/"),
        Shot("capture-moved", "dsl", f"/captures/{of['moved']}/moved/"),
        Shot("unmatched", "dsl", "/captures/unmatched/", True),
        Shot("unmatched-account", "dsl", f"/captures/unmatched/{of['stranger']}/"),
        Shot("queue-closed", "dsl", "/captures/?tab=closed"),
        Shot("queue-graded", "dsl", "/captures/?tab=graded"),
        Shot("queue-behaviour", "behaviour_lead", "/captures/"),
        Shot("queue-empty", "dsl", "/captures/?theme=extremism"),
    ]


def of_devices(of: dict[str, object]) -> list[Shot]:
    """Devices and coverage."""
    return [
        Shot("devices", "technician", "/devices/", True),
        Shot("device", "technician", f"/devices/{of['device']}/"),
        Shot("device-outside", "technician", f"/devices/{of['outside']}/"),
        Shot("tokens", "technician", "/devices/tokens/"),
        Shot("inventory", "technician", "/devices/inventory/"),
        Shot("inventory-import", "technician", f"/devices/inventory/{of['device_list']}/", True),
        Shot("policy", "technician", "/devices/policy/", True),
        Shot("server", "technician", "/server/"),
        Shot("coverage", "dsl", "/coverage/", True),
        Shot("coverage-devices", "technician", "/coverage/devices/"),
        Shot("coverage-people", "dsl", "/coverage/people/"),
        Shot("coverage-tests", "technician", "/coverage/tests/", True),
        Shot("coverage-terms", "technician", "/coverage/terms/"),
        Shot("coverage-governor", "governor", "/coverage/"),
    ]


def of_oversight(of: dict[str, object]) -> list[Shot]:
    """The agreed lines, the limits, and what assures that all this works."""
    return [
        Shot("thresholds", "dsl", "/thresholds/"),
        Shot("threshold-version", "head", f"/thresholds/{of['larkfield']}/versions/1/"),
        Shot("threshold-compare", "head", f"/thresholds/{of['larkfield']}/compare/"),
        Shot("threshold-drafts", "dsl", f"/thresholds/{of['larkfield']}/drafts/"),
        Shot("threshold-draft", "dsl", f"/thresholds/drafts/{of['open_draft']}/", True),
        Shot("threshold-line", "dsl", f"/thresholds/drafts/{of['open_draft']}/?age=ks4&cell=drugs-2"),
        Shot("threshold-signed", "dsl", f"/thresholds/drafts/{of['signed_draft']}/"),
        Shot("what-if", "dsl", f"/captures/what-if/{of['open_draft']}/", True),
        Shot("what-if-counts", "technician", f"/captures/what-if/{of['open_draft']}/"),
        Shot("limits", "staff_member", "/limits/"),
        Shot("assurance", "governor", "/assurance/"),
        Shot("retention", "dsl", "/assurance/retention/"),
        Shot("record", "head", "/assurance/record/"),
        Shot("backups", "technician", "/assurance/backups/"),
    ]


def of_programme(of: dict[str, object]) -> list[Shot]:
    """The steps of the deployment."""
    at = f"/programme/{of['school']}"
    return [
        Shot("board", "dsl", f"{at}/", True),
        Shot("board-governor", "governor", f"{at}/"),
        Shot("stage-review", "dsl", f"{at}/stage/under_review/"),
        Shot("stage-pilot", "dsl", f"{at}/stage/pilot/"),
        Shot("launch", "dsl", f"{at}/launch/", True),
        Shot("measures", "dsl", f"{at}/measures/", True),
        Shot("measures-governor", "governor", f"{at}/measures/"),
        Shot("parallel-run", "dsl", f"{at}/parallel-run/"),
        Shot("second-looks", "dsl", "/captures/second-looks/"),
        Shot("second-look", "dsl", f"/captures/second-looks/{of['look']}/", True),
    ]


def of_policies(of: dict[str, object]) -> list[Shot]:
    """The register of policies, and the clause beside a capture."""
    at = f"/programme/{of['policy_school']}/policies"
    return [
        Shot("policies", "dsl", f"{at}/", True),
        Shot("policy-text", "dsl", f"{at}/{of['policy']}/"),
        Shot("policy-signatures", "dsl", f"{at}/{of['policy_to_sign']}/"),
        Shot("policy-headings", "dsl", f"{at}/{of['policy_plain']}/headings/"),
        Shot("policy-confirm", "dsl", f"{at}/{of['policy_changed']}/confirm/", True),
        Shot("policy-links", "dsl", f"{at}/links/?section={of['policy_section']}"),
        Shot("policy-add", "dsl", f"{at}/add/?kind=behaviour"),
        Shot("policy-clauses", "governor", f"{at}/clauses/?theme=bullying,suicide&deed=seal_picture"),
    ]


def of_pilot(of: dict[str, object]) -> list[Shot]:
    """The pilot, and who looks first."""
    at, designing = f"/programme/{of['pilot_school']}/pilot", f"/programme/{of['designing_school']}/pilot"
    return [
        Shot("pilot", "dsl", f"{at}/", True),
        Shot("pilot-review", "dsl", f"{at}/1/review/", True),
        Shot("pilot-design", "dsl_of_another_school", f"{designing}/", True),
        Shot("queue-first-look", "dsl", "/captures/?tab=first_look"),
        Shot("capture-first-look", "behaviour_lead", f"/captures/{of['first_look']}/"),
        Shot("sources", "technician", "/captures/sources/", True),
    ]


def of_group(of: dict[str, object]) -> list[Shot]:
    """The working group, the plan, and reviews."""
    at = f"/programme/{of['group_school']}"
    return [
        Shot("working-group", "dsl", f"{at}/working-group/", True),
        Shot("meeting", "dsl", f"{at}/working-group/meetings/{of['held_meeting']}/"),
        Shot("meeting-planned", "dsl", f"{at}/working-group/meetings/{of['planned_meeting']}/"),
        Shot("plan", "dsl", f"{at}/plan/", True),
        Shot("plan-profile", "dsl", f"{at}/plan/profile/"),
        Shot("plan-line", "dsl", f"{at}/plan/lines/{of['gap_line']}/"),
        Shot("reviews", "dsl", f"{at}/reviews/", True),
        Shot("review", "dsl", f"{at}/reviews/{of['written_review']}/", True),
        Shot("exit", "dsl", f"{at}/exit/"),
    ]


def of_training(of: dict[str, object]) -> list[Shot]:
    """Modules, practice captures, and who may open live ones."""
    at = f"/programme/{of['training_school']}/training"
    return [
        Shot("training", "dsl", f"{at}/", True),
        Shot("training-staff", "staff_member", f"{at}/"),
        Shot("training-module", "dsl", f"{at}/modules/reviewers/"),
        Shot("training-questions", "dsl", f"{at}/modules/reviewers/questions/"),
        Shot("training-result", "dsl", f"{at}/results/{of['failed_result']}/"),
        Shot("training-record", "head", f"{at}/record/", True),
        Shot("training-own", "dsl", f"{at}/own/"),
        Shot("training-pass-mark", "dsl", f"{at}/pass-mark/"),
        Shot("practice", "dsl", f"{at}/practice/"),
        Shot("practice-queue", "practising", "/captures/", True),
        Shot("practice-capture", "practising", f"/captures/{of['practised']}/"),
        Shot("practice-result", "dsl", f"{at}/practice/{of['go']}/", True),
        Shot("clearances", "dsl", f"{at}/clearances/"),
        Shot("emergency", "newcomer", f"{at}/emergency/", True),
    ]


def of_calibration(of: dict[str, object]) -> list[Shot]:
    """Behaviour or safeguarding?"""
    at = f"/programme/{of['cards_school']}/calibration"
    return [
        Shot("calibration", "dsl", f"{at}/"),
        Shot("calibration-notes", "dsl", f"{at}/notes/"),
        Shot("calibration-cards", "dsl", f"{at}/cards/"),
        Shot("calibration-card", "dsl", f"{at}/{of['running']}/cards/3/", True),
        Shot("calibration-running", "dsl", f"{at}/{of['running']}/"),
        Shot("calibration-paper", "dsl", f"{at}/{of['running']}/paper/"),
        Shot("calibration-finished", "behaviour_lead", f"{at}/{of['running']}/"),
        Shot("calibration-results", "dsl_of_another_school", f"/programme/{of['talking_school']}/calibration/{of['talking']}/", True),
        Shot("calibration-discussed", "dsl", f"{at}/{of['discussed']}/"),
        Shot("calibration-proposal", "dsl", f"{at}/{of['discussed']}/proposal/", True),
    ]


def of_telling(of: dict[str, object]) -> list[Shot]:
    """Telling everybody, the public page, the DPIA."""
    at, about = f"/programme/{of['told_school']}", f"/about-monitoring/{of['told_school']}"
    return [
        Shot("communication", "dsl", f"{at}/communication/", True),
        Shot("communication-text", "dsl", f"{at}/communication/texts/parents/", True),
        Shot("communication-new", "dsl", f"{at}/communication/texts/pupils_ks3/"),
        Shot("transparency", "dsl", f"{at}/transparency/"),
        Shot("about-monitoring", "", f"{about}/", True),
        Shot("about-monitoring-ks3", "", f"{about}/ks3/"),
        Shot("about-monitoring-ks2", "", f"{about}/ks2/"),
        Shot("about-monitoring-ks1", "", f"{about}/ks1/"),
        Shot("dpia", "head", f"{at}/dpia/", True),
        Shot("dpia-governor", "governor", f"{at}/dpia/"),
    ]


def of_people(of: dict[str, object]) -> list[Shot]:
    """Pupils, accounts, the roll and staff."""
    return [
        Shot("pupils", "technician", "/people/", True),
        Shot("pupil", "technician", f"/people/pupils/{of['pupil']}/"),
        Shot("accounts", "dsl", "/people/accounts/"),
        Shot("account", "dsl", f"/people/accounts/{of['account']}/?q=an"),
        Shot("roll", "technician", "/people/roll/"),
        Shot("roll-import", "technician", f"/people/roll/{of['roll_import']}/", True),
        Shot("your-part", "staff_member", "/your-part/"),
        Shot("grants", "dsl", "/content-access/"),
        Shot("staff", "dsl", "/people/staff/", is_documented=True),
        Shot("staff-member", "dsl", f"/people/staff/{of['member']}/", is_documented=True),
        Shot("reading", "dsl", "/people/reading/", is_documented=True),
    ]


def of_signing_in(of: dict[str, object]) -> list[Shot]:
    """Signing in, and a page that is not there."""
    return [
        Shot("security", "dsl", "/accounts/2fa/"),
        Shot("password", "dsl", "/accounts/password/change/"),
        Shot("login", "", "/accounts/login/", is_documented=True),
        Shot("reset", "", "/accounts/password/reset/"),
        Shot("totp", "staff_member", "/accounts/2fa/totp/activate/"),
        Shot("passkey", "staff_member", "/accounts/2fa/webauthn/add/"),
        Shot("codes", "dsl", "/accounts/2fa/recovery-codes/generate/"),
        Shot("logout", "dsl", "/accounts/logout/"),
        Shot("not-found", "dsl", "/nowhere/"),
    ]


def keep_small(png: bytes, path: Path) -> None:
    """Write the picture with a palette: a third of the size, and nobody sees it."""
    from PIL import Image

    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)


def take(address: str, cookies: dict[str, str], wanted: list[Shot], *, everything: bool) -> None:
    """Picture each page in both modes and sizes."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    WORKING.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, timezone_id="Europe/London", locale="en-GB", reduced_motion="reduce")
            page = context.new_page()
            page.on("console", lambda message: print(f"  {message.type}: {message.text}") if message.type in {"error", "warning"} else None)
            for shot in wanted:
                context.clear_cookies()
                if shot.persona:
                    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookies[shot.persona], "url": address}])
                page.goto(address + shot.path)
                for mode in MODES:
                    page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
                    name = f"{shot.name}-{mode}.png" if size == "wide" else f"{shot.name}-{mode}-{size}.png"
                    if shot.is_documented or (size, mode) in ONCE_EACH:
                        keep_small(page.screenshot(animations="disabled"), IMAGES / name)
                    if everything:
                        page.screenshot(path=WORKING / name, full_page=True, animations="disabled")
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every page, into build/screenshots/")
    parser.add_argument("--only", default="", help="names of pages, separated by commas")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="heedful-pictures-") as folder:
        for name in [name for name in os.environ if name.startswith("HEEDFUL_")]:
            del os.environ[name]
        os.environ |= {"HEEDFUL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "heedful.settings"}
        import django

        django.setup()
        from django.conf import settings
        from django.utils import timezone

        from heedful.assurance.checkup import keep_checkup
        from heedful.commands._tables import make_tables
        from tests.pages.calibration_scene import set_calibration
        from tests.pages.coverage_scene import set_coverage
        from tests.pages.group_scene import set_group_scene
        from tests.pages.measures_scene import set_measures
        from tests.pages.pilot_scene import set_pilot
        from tests.pages.policies_scene import set_policies
        from tests.pages.programme_scene import set_programme
        from tests.pages.reading_scene import set_reading_scene
        from tests.pages.scene import CHECKUP, set_scene
        from tests.pages.telling_scene import set_telling
        from tests.pages.thresholds_scene import set_thresholds
        from tests.pages.training_scene import set_training
        from tests.personas.people import Persona, make_place, sign_in

        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        make_tables()
        place = make_place("Larkfield Academy", "larkfield.example", now=timezone.now())
        scene = set_scene(place, now=timezone.now())
        reading = set_reading_scene(place, now=timezone.now())
        programme = set_programme(place, now=timezone.now())
        policies = set_policies(place, now=timezone.now())
        measured = set_measures(place, now=timezone.now())
        agreeing = set_thresholds(place, now=timezone.now())
        meeting = set_group_scene(place, now=timezone.now())
        another = make_place("Marsh End School", "marshend.example", now=timezone.now())
        piloting = set_pilot(place, another=another, now=timezone.now())
        sorting = set_calibration(place, now=timezone.now(), another=another)
        telling = set_telling(place, now=timezone.now())
        training = set_training(place, now=timezone.now())
        set_coverage(place, now=timezone.now())
        keep_checkup(CHECKUP, now=timezone.now())
        people = {key: sign_in(Persona(key, user)) for key, user in (place.staff | {"dsl_of_another_school": another.staff["dsl"]}).items()}
        people |= {"practising": training.practising, "newcomer": training.newcomer}
        cookies = {key: person.browser.cookies[settings.SESSION_COOKIE_NAME].value for key, person in people.items()}
        names = [name for name in options.only.split(",") if name]
        with served() as address:
            take(address, cookies, [shot for shot in shots(scene, reading, telling, training, programme, policies, measured, piloting, agreeing, meeting, sorting) if not names or shot.name in names], everything=options.all)
    return 0


if __name__ == "__main__":
    sys.exit(main())
