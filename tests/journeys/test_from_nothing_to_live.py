"""A new school goes from nothing to live through all six steps, each colleague on their own screen, and is held at every gate until it is met."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from heedful.demo.device import SimulatedDevice, capture_of, uuid7
from tests.durability.server import Server, running_server
from tests.journeys.actors import until
from tests.journeys.deployment import Member

STAFF = {
    "dsl": ("Amara Lockhart", "dsl"), "deputy": ("Tom Hale", "deputy"), "behaviour": ("Priya Vance", "behaviour"), "it": ("Sam Whitlock", "technician"),
    "head": ("Ruth Calder", "head"), "governor": ("Desmond Ayre", "governor"), "teacher": ("Jo Pemberton", "staff"),
}  # fmt: skip
PUPILS = (("Nia", "Merrick", "8"), ("Tom", "Ashdown", "8"), ("Priya", "Vale", "9"))
STRANDS, DPIA, SIGNED, DESIGN, AUDIENCE, TOLD, TRAINED, DELETIONS, BACKUP = PILOT_GATES = (
    "Three strands, each with somebody", "The data protection impact assessment is approved", "Procedure for indecent images signed",
    "A pilot that can show something", "Who is told while it runs", "The pilot's pupils, families and staff are told",
    "Safeguarding lead and deputies trained", "The night's deletions run", "One backup was restored",
)  # fmt: skip
LAUNCH_DATE, DECIDED, NOTICES, PHRASE = LIVE_GATES = (
    "A launch date that everybody knows", "A written decision on each approach", "Notices for pupils, parents and governors are out",
    "The test phrase was seen from every site and group this month",
)  # fmt: skip
NIA, PRIYA = "nia.merrick@fernhill.example", "priya.vale@fernhill.example"
WORRYING = "i want to kill myself tonight"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path) as running:
        number = running.run("school", "make", "Fernhill School").split()[1]
        for address, (name, role) in STAFF.items():
            running.run("school", "staff", number, f"{address}@fernhill.example", name, "--role", role)
        for given, family, year in PUPILS:
            account = f"{given}.{family}@fernhill.example".lower()
            running.run("school", "pupil", number, given, family, "--year", year, "--group", f"Year {year}", "--account", account)
        yield running


@pytest.fixture
def people(playwright: Playwright, server: Server) -> Iterator[dict[str, Member]]:
    came = {key: Member.comes_for_the_first_time(playwright, server, f"{key}@fernhill.example") for key in STAFF}
    yield came
    for somebody in came.values():
        somebody.leaves()


@pytest.fixture
def devices(server: Server) -> list[SimulatedDevice]:
    """One for each pupil, enrolled before anybody is monitored."""
    token = server.run("school", "token", "1", "--uses", "9").split()[-1]
    fleet = []
    for number, (given, family, _) in enumerate(PUPILS):
        device = SimulatedDevice(server.url)
        device.enrol(token, os="Linux", browser="Chromium", machine_id=f"LAB-0{number}")
        reports(device, f"{given}.{family}@fernhill.example".lower())
        fleet.append(device)
    return fleet


def reports(device: SimulatedDevice, account: str, *, answers_the_phrase: bool = False) -> None:
    now = datetime.now(UTC)
    at = now.isoformat(timespec="milliseconds")
    known = {"name": account, "identity_confidence": "certain", "how": "profile"}
    answers = [{"id": uuid7(int(now.timestamp() * 1000)), "observed_at": at, "account": known}] if answers_the_phrase else []
    device.close()
    answer = device.heartbeat(device_time=at, bundle_version="1", account=account, said={"lines_read": 10, "tests": answers})
    assert answer.status == 200


def sends(device: SimulatedDevice, account: str) -> str:
    """What becomes of a worrying line from this device."""
    now = datetime.now(UTC)
    capture = capture_of(
        device_id=device.device_id, text=WORRYING, hits=[{"start": 10, "end": 21, "phrase": "suicide.kill-myself"}], observed_at=now.isoformat(timespec="milliseconds"), unix_ms=int(now.timestamp() * 1000),
        url="https://notes.example/", account=account,
    )  # fmt: skip
    device.close()  # so much later the server has hung up
    device.add([capture])
    device.drain()
    return device.results[capture["id"]]


def documents(folder: Path) -> tuple[Path, Path]:
    policy, procedure = folder / "policy.md", folder / "images.md"
    policy.write_text("# Our policies\n\n## 1 What we notice\n\nStaff notice and act.\n\n## 2 Behaviour\n\nWe put things right.\n", "utf-8")
    procedure.write_text("# Procedure for indecent images\n\n## 1 Never look\n\nNobody copies, prints or forwards it.\n", "utf-8")
    return policy, procedure


@dataclass
class School:
    """The school on its way: who and what it has, and the gates that hold the next stage up still."""

    server: Server
    people: dict[str, Member]
    devices: list[SimulatedDevice]
    folder: Path
    left: set[str]

    @property
    def dsl(self) -> Member:
        return self.people["dsl"]

    def closes(self, gate: str = "") -> None:
        """This gate is met now, or none is yet; the others hold still, and there is no way into the pilot."""
        self.left.discard(gate)
        assert self.dsl.reads_open_gates() == self.left
        if self.left:
            self.dsl.sees_no_way_to("pilot")


def test_from_nothing_to_live_and_held_at_every_gate(
    server: Server, people: dict[str, Member], devices: list[SimulatedDevice], tmp_path: Path
) -> None:
    school = School(server, people, devices, tmp_path, set(PILOT_GATES))
    school.closes()
    assert sends(devices[0], NIA) == "out_of_scope"
    the_group_meets(school)
    the_group_agrees_its_lines(school)
    policies_are_brought(school)
    the_pilot_is_designed(school)
    everybody_is_told(school)
    readers_train(school)
    a_backup_is_tried(school)
    assert sends(devices[0], NIA) == "out_of_scope"
    assert school.left == set()
    school.dsl.goes_to_stage("pilot", "The working group agreed on Year 8.")
    the_pilot_captures_its_pupils_alone(school)
    school.left = set(LIVE_GATES)
    assert school.dsl.reads_open_gates() == school.left
    the_launch_is_made_ready(school)
    the_school_goes_live(school)


def the_group_meets(school: School) -> None:
    dsl = school.dsl
    dsl.writes_the_risk_profile()
    dsl.plans_the_monitoring()
    for name, strand in (("Amara Lockhart", "Safeguarding"), ("Priya Vance", "Behaviour"), ("Sam Whitlock", "Technical")):
        dsl.seats(name, strand)
    school.closes(STRANDS)
    dsl.fills_the_slot("senior leader", "Ruth Calder")
    dsl.fills_the_slot("link governor", "Desmond Ayre")
    dsl.holds_a_meeting("Working group", there=["Amara Lockhart", "Priya Vance", "Sam Whitlock"])


def the_group_agrees_its_lines(school: School) -> None:
    strands = {"dsl": "safeguarding", "behaviour": "behaviour", "it": "technical"}
    school.dsl.begins_the_cards()
    for who in strands:
        school.people[who].sorts_the_cards()
    school.dsl.runs_the_round_to_its_end()
    school.dsl.decides_what_is_open()
    school.dsl.names_what_rows_rest_on("Child protection policy 2026, section 1")
    for who, strand in strands.items():
        school.people[who].signs(strand)
    school.dsl.puts_the_table_in_force()


def policies_are_brought(school: School) -> None:
    policy, procedure = documents(school.folder)
    school.dsl.registers("Our policies", ["Safeguarding", "Child protection", "Behaviour"], policy)
    school.dsl.links_every_theme_to("1 What we notice")
    school.dsl.registers("Procedure for images", ["Procedure for indecent images"], procedure)
    school.dsl.signs_the_procedure("Procedure for images")
    school.closes()  # one signature of two
    school.people["head"].signs_the_procedure("Procedure for images")
    school.closes(SIGNED)


def the_pilot_is_designed(school: School) -> None:
    school.dsl.designs_a_pilot(["Year 8"], "We are a small school; one team reads.")
    school.dsl.names_the_audience(["Amara Lockhart", "Tom Hale"])
    school.closes(AUDIENCE)
    school.dsl.says_that_the_design_is_done()
    school.closes(DESIGN)


def everybody_is_told(school: School) -> None:
    school.dsl.answers_the_dpia()
    school.closes()  # answered, and approved by nobody
    school.people["head"].approves_the_dpia()
    school.closes(DPIA)
    for text in ("Pilot: pupils from age 11", "Pilot: families", "All staff"):
        school.dsl.publishes(text)
    school.dsl.hands_out_what_waits()
    school.closes()  # families are told, and no colleague has confirmed
    for somebody in school.people.values():
        somebody.confirms_what_is_open()
    school.closes(TOLD)


def readers_train(school: School) -> None:
    for who in ("dsl", "deputy", "behaviour"):
        school.people[who].passes("reviewers")
    school.closes()  # read, and not practised
    for who in ("dsl", "deputy", "behaviour"):
        school.people[who].practises()
    school.closes(TRAINED)


def a_backup_is_tried(school: School) -> None:
    server = school.server
    server.run("retention")
    school.closes(DELETIONS)
    key = school.folder / "recovery.key"
    key.write_text(next(word for word in server.run("keys", "recovery").split() if word.startswith("AGE-SECRET-KEY")), "utf-8")
    archive = server.run("backup", str(school.folder)).splitlines()[0]
    server.run("restore", "--try", archive, "--recovery-key-file", str(key))
    school.closes(BACKUP)


def the_pilot_captures_its_pupils_alone(school: School) -> None:
    assert (sends(school.devices[0], NIA), sends(school.devices[2], PRIYA)) == ("stored", "out_of_scope")
    school.dsl.page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile("^Captures")).click()
    expect(school.dsl.main.get_by_text("Nia Merrick").first).to_be_visible()
    audience = {"dsl@fernhill.example", "deputy@fernhill.example"}
    until(lambda: audience <= mails_about_captures(school.server), what="the audience is told", seconds=30)
    assert mails_about_captures(school.server) == audience


def the_launch_is_made_ready(school: School) -> None:
    dsl, left = school.dsl, school.left
    dsl.sees_no_easy_way_to("live")
    dsl.sets_the_launch(14)
    left.discard(LAUNCH_DATE)
    for text in ("Governors", "Pupils, key stages 3 to 5 (11 to 19)", "Parents and carers"):
        dsl.publishes(text)
    assert dsl.reads_open_gates() == left  # published, and given to nobody
    dsl.hands_out_what_waits()
    left.discard(NOTICES)
    assert dsl.reads_open_gates() == left
    for device, (given, family, _) in zip(school.devices, PUPILS, strict=True):
        reports(device, f"{given}.{family}@fernhill.example".lower(), answers_the_phrase=True)
    left.discard(PHRASE)
    assert dsl.reads_open_gates() == left
    dsl.decides_on_the_approach("Adopt it as it is")
    assert dsl.reads_open_gates() == set()


def the_school_goes_live(school: School) -> None:
    dsl = school.dsl
    dsl.is_refused_to_go_live("Hold the go or no-go meeting first")
    dsl.holds_a_meeting("Go or no-go", there=["Amara Lockhart", "Ruth Calder"])
    dsl.records_go()
    dsl.goes_to_stage("live", "The meeting decided to go.")
    assert sends(school.devices[2], PRIYA) == "stored", "live is for everybody"
    dsl.opens_the_board()
    expect(dsl.page.locator(".stages [aria-current=step]")).to_contain_text("Live")


def mails_about_captures(server: Server) -> set[str]:
    """Who was told of a capture so far."""
    outbox = server.data_dir / "outbox"
    mails = [file.read_text("utf-8") for file in outbox.iterdir()] if outbox.exists() else []
    found = [re.search(r"^To: (\S+)$", mail, re.MULTILINE) for mail in mails if re.search(r"^Subject: Heedful: severity", mail, re.MULTILINE)]
    return {each[1] for each in found if each}
