"""Text stays text: two hundred payloads in every name that comes from outside (security.md: Faronics, stored XSS)."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.core import mail

from heedful.escalation.tasks import run_sweep
from tests.breaches.corpus import fill
from tests.breaches.payloads import PAYLOADS
from tests.breaches.reading_pages import alive
from tests.breaches.routes import pages_without_arguments
from tests.personas.people import Persona, Place

SHOWS_SOME = 40  # captures opened one by one: each vector and each of the others at least once


def test_there_are_two_hundred_and_each_is_another() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 200


def test_xss_corpus(dsl: Persona, deputy: Persona, technician: Persona, head: Persona, larkfield: Place, settings: Any) -> None:
    """Queue, captures, roll, devices, mails and files: no payload becomes an element, an attribute, a formula or a header."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    numbers = fill(larkfield)
    faults: dict[str, list[str]] = {}
    seen = ""

    def look(person: Persona, path: str) -> str:
        answer = person.browser.get(path)
        kind = answer.headers.get("Content-Type", "")
        body = b"".join(answer).decode()
        if kind.startswith("text/html"):
            if found := alive(body):
                faults[path] = found
            assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
        elif "csv" in kind and (cells := formulas(body)):
            faults[path] = cells
        return body

    for page in range(1, 6):
        seen += look(dsl, f"/captures/?page={page}")
    assert sum(f"/captures/{number}/" in seen for number in numbers) == len(numbers)
    for number in {*numbers[:: len(numbers) // (SHOWS_SOME - 20)], *numbers[-20:]}:
        seen += look(deputy, f"/captures/{number}/")
    for path in pages_without_arguments():
        for person in (dsl, technician, head):
            look(person, path)
    assert faults == {}
    assert "&lt;script class=zz&gt;" in seen  # they were there to be seen

    run_sweep()
    assert len(mail.outbox) >= len(numbers)
    for message in mail.outbox:
        assert not re.search(r"zz|hit=1|evil\.example|cmd\|", message.message().as_string())


def formulas(body: str) -> list[str]:
    """Cells that a spreadsheet would run."""
    return [cell for row in csv.reader(body.splitlines()) for cell in row if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)]


@pytest.mark.parametrize("cell", ['=HYPERLINK("x")', "+1+1", "@SUM(1)", "-2+3"])
def test_a_formula_would_be_found(cell: str) -> None:
    assert formulas(f'label,"{cell.replace(chr(34), chr(34) * 2)}"\n') == [cell]
    assert formulas(f"label,\"'{cell.replace(chr(34), chr(34) * 2)}\",-3\n") == []


@pytest.mark.parametrize("payload", PAYLOADS[:15])
def test_a_page_that_forgot_would_be_found(payload: str) -> None:
    assert alive(f"<p>{payload}</p>")


@pytest.mark.parametrize("page", ['<a href="javascript:hit=1">', "<b onclick=hit=1>", "<script>hit=1</script>", '<form action="data:text/html,x">'])
def test_markup_of_other_kinds_would_be_found(page: str) -> None:
    assert alive(page)
