"""The demo's own pages: signing in by link, the outbox, and that neither is anywhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse

from tests.personas.people import Persona, Place


@pytest.fixture
def demo(settings: Any, tmp_path: Path, larkfield: Place) -> Path:
    """The demo's folder, with a sign-in link for the DSL."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "links.json").write_text(json.dumps({"a-random-token": larkfield.staff["dsl"].email}))
    settings.DEMO, settings.DATA_DIR, settings.OUTBOX_DIR = True, tmp_path, tmp_path / "outbox"
    return folder


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_link_signs_its_persona_in_and_says_that_this_is_the_demo(demo: Path) -> None:
    browser = Client()
    assert browser.get(reverse("demo_enter", args=["a-random-token"]))["Location"] == reverse("home")
    page = text_of(browser.get(reverse("queue")))
    assert "Amara Lockhart" in page
    assert "sign-in links instead of passwords" in page


@pytest.mark.parametrize("token", ["another-token", "a-random-toke", "émile"])
def test_another_link_signs_nobody_in(demo: Path, token: str) -> None:
    browser = Client()
    assert browser.get(reverse("demo_enter", args=[token])).status_code == 404
    assert browser.get(reverse("queue")).status_code == 302


def test_no_link_works_outside_the_demo(demo: Path, settings: Any) -> None:
    settings.DEMO = False
    assert Client().get(reverse("demo_enter", args=["a-random-token"])).status_code == 404


def test_a_link_is_dead_when_the_demo_has_stopped(demo: Path) -> None:
    (demo / "links.json").unlink()
    assert Client().get(reverse("demo_enter", args=["a-random-token"])).status_code == 404


def test_the_outbox_shows_the_mails_and_what_the_day_counted(demo: Path, dsl: Persona, settings: Any) -> None:
    (demo / "replay.json").write_text(json.dumps({"lines": 6000, "stayed_on_devices": 5950, "left_devices": 50}))
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(settings.OUTBOX_DIR))
    body = "A capture is waiting for you: number 7.\n\nPlease open it:\nhttp://localhost:8000/captures/7/\n"
    for subject in ("Heedful: severity 5 (urgent), capture 7", "Heedful: severity 4 (serious), capture 8"):
        EmailMessage(subject, body, to=["dsl@larkfield.example"], connection=connection).send()
    page = text_of(dsl.opens("demo_outbox"))
    for words in ("severity 5 (urgent), capture 7", "capture 8", "dsl@larkfield.example", "6000", "5950"):
        assert words in page
    assert page.count('<a href="http://localhost:8000/captures/7/">') == 2


def test_an_empty_outbox_says_what_would_fill_it(demo: Path, dsl: Persona) -> None:
    assert "No mail yet" in text_of(dsl.opens("demo_outbox"))
