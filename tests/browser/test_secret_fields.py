"""Passwords, cards and codes are never read: their words are in no byte that leaves, and not in the worker either."""

from __future__ import annotations

import pytest

from tests.browser.monitored import SERIOUS, Monitored

PAGE = "https://signin.example/form"

# Each field ends up as a visible text box (or a password) before the pupil first touches it.
FIELDS: list[tuple[str, str]] = [
    ("password", "<input id=s type=password>"),
    ("shown by a script after loading", "<input id=s type=password><script>setTimeout(() => { s.type = 'text' }, 30)</script>"),
    ("shown by a script while the page is read", "<input id=s type=password><script>s.type = 'text'</script>"),
    (
        "shown inside a shadow root that was never entered",
        "<div id=h></div><script>{const r = h.attachShadow({mode: 'open'}); r.innerHTML = '<input id=s type=password>'; setTimeout(() => { r.firstChild.type = 'text' }, 30)}</script>",
    ),
    (
        "shown inside a closed shadow root",
        "<div id=h></div><script>{const r = h.attachShadow({mode: 'closed'}); r.innerHTML = '<input id=s type=password autofocus>'; r.firstChild.type = 'text'; setTimeout(() => r.firstChild.focus(), 60)}</script>",
    ),
    ("dots by style", "<input id=s type=text style='-webkit-text-security: disc'>"),
    ("dots by style in a rich editor", "<div id=s contenteditable style='-webkit-text-security: circle'>x</div>"),
    (
        "a new text box in the password's place",
        "<form><div id=d><input type=password></div></form><script>setTimeout(() => { d.innerHTML = '<input id=s>' }, 30)</script>",
    ),
    (
        "a new text box in the password's place, its form new too",
        "<div id=d><form><input type=password></form></div><script>setTimeout(() => { d.innerHTML = '<form><input id=s></form>' }, 30)</script>",
    ),
    (
        "a text box of the same name, later",
        "<div id=d><input type=password name=fieldseven></div><script>setTimeout(() => { d.innerHTML = '' }, 20); setTimeout(() => { d.outerHTML = '<section><p><input id=s name=fieldseven></p></section>' }, 50)</script>",
    ),
    ("a second line in a password form", "<form><input type=password><input id=s></form>"),
    ("named in the page's language", "<label for=s>Mot de passe</label><input id=s>"),
    ("named by its placeholder", "<input id=s placeholder='Your PIN'>"),
    ("named by a label elsewhere", "<span id=l>Kennwort</span><input id=s aria-labelledby=l>"),
    ("one-time code", "<input id=s autocomplete=one-time-code>"),
    ("one-time code without a name", "<input id=s inputmode=numeric maxlength=6>"),
    ("card number", "<input id=s autocomplete='section-a cc-number'>"),
    ("card number by name", "<input id=s name=cardNumber>"),
    ("declared shadow root", "<div><template shadowrootmode=open><input id=s type=password></template></div><script>document.querySelector('div').shadowRoot.firstChild.type = 'text'</script>"),
    ("frame", "<iframe srcdoc=\"<input id=s type=password><script>s.type = 'text'</script>\"></iframe>"),
]
SECRET = f"{SERIOUS} hunterberry"


def type_secret(shared: Monitored, address: str, body: str, secret: str) -> None:
    page = shared.page(address, body)
    field = None
    if "closed" in body:
        assert page.evaluate("document.activeElement.id") == "h"
    else:
        field = (page.frame_locator("iframe") if "iframe" in body else page).locator("#s")
        field.click()
    page.keyboard.type(f"{secret}. ")
    if field:
        assert field.evaluate("(e) => (e.value ?? e.textContent).length") > 5
    page.keyboard.press("Tab")


@pytest.fixture(scope="module")
def after_all_secrets(shared: Monitored) -> tuple[list[str], bytes]:
    """What has been captured, and every byte that left, after a secret of its own was typed into each field."""
    shared.forget()
    for number, (_, body) in enumerate(FIELDS):
        type_secret(shared, f"https://signin.example/{number}", body, f"{SERIOUS} hunterberry{number}end")
    shared.context.pages[-1].wait_for_timeout(1_500)
    found = shared.receiver.texts(), shared.receiver.wire()
    shared.close_pages()
    return found


@pytest.mark.parametrize("number", range(len(FIELDS)), ids=[row[0] for row in FIELDS])
def test_a_secret_field_is_never_read(after_all_secrets: tuple[list[str], bytes], number: int) -> None:
    texts, wire = after_all_secrets
    assert f"hunterberry{number}end".encode() not in wire
    assert texts == []


def test_beside_a_password_the_rest_of_the_page_is_still_read(browser: Monitored) -> None:
    page = browser.page(PAGE, "<form><input type=password></form><textarea></textarea>")
    page.locator("input").click()
    page.keyboard.type(SECRET)
    page.locator("textarea").click()
    page.keyboard.type("i will end it all tonight")
    capture = browser.wait_for_text("end it all tonight")
    assert "hunterberry" not in capture["text"]
    assert b"hunterberry" not in browser.receiver.wire()


def test_nothing_is_read_on_a_private_page(browser: Monitored) -> None:
    page = browser.page("https://chat.helpline.example/talk", f"<textarea></textarea><p>{SERIOUS}</p>")
    page.locator("textarea").click()
    page.keyboard.type(SERIOUS)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1_600)
    assert browser.receiver.captures == []
    assert b"helpline" not in browser.receiver.wire()


def test_a_private_page_is_private_in_a_frame_too(browser: Monitored) -> None:
    browser.pages["https://helpline.example/box"] = "<!doctype html><textarea></textarea>"
    page = browser.page("https://notes.example/frame", "<iframe src='https://helpline.example/box'></iframe>")
    page.frame_locator("iframe").locator("textarea").click()
    page.keyboard.type(SERIOUS)
    page.wait_for_timeout(1_200)
    assert browser.receiver.captures == []
