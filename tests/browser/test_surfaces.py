"""Whatever a pupil types into, the line is seen once, with real keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.monitored import SERIOUS, Monitored

PAGE = "https://notes.example/surface"
OPEN = "<div id=h></div><script>h.attachShadow({mode: 'open'}).innerHTML = '<textarea></textarea>'</script>"
CLOSED = "<div id=h tabindex=-1></div><script>{const r = h.attachShadow({mode: 'closed'}); r.innerHTML = '<textarea></textarea>'; addEventListener('go', () => r.firstChild.focus())}</script>"
NESTED = """<div id=h></div><script>{const r = h.attachShadow({mode: 'closed'}); r.innerHTML = '<p></p>'; const s = r.firstChild.attachShadow({mode: 'closed'});
s.innerHTML = '<input>'; addEventListener('go', () => s.firstChild.focus())}</script>"""
EDIT_CONTEXT = """<div id=e tabindex=0 style="width:9em;height:3em"></div><script>{const c = new EditContext(); e.editContext = c;
c.addEventListener('textupdate', (u) => { e.textContent = c.text })}</script>"""
OWN_EDITOR = """<div id=e contenteditable></div><script>e.addEventListener('beforeinput', (b) => { if (b.inputType !== 'insertText') return;
b.preventDefault(); e.textContent += b.data; getSelection().selectAllChildren(e); getSelection().collapseToEnd() })</script>"""
# A chat box that its page empties before anybody could read it at leisure.
CHAT_ENTER = "<textarea id=t></textarea><script>t.addEventListener('keydown', (k) => { if (k.key === 'Enter') { k.preventDefault(); t.value = '' } })</script>"
CHAT_BUTTON = "<textarea id=t></textarea><button id=b>Send</button><script>b.addEventListener('mousedown', () => { t.value = '' })</script>"
FORM = "<form action='/elsewhere'><input name=message><button>Go</button></form>"


def type_into(selector: str, end: str = "") -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.keyboard.press("End")
        page.keyboard.type(SERIOUS)
        if end:
            page.keyboard.press(end)

    return act


def type_hidden(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('go'))")
    page.keyboard.type(SERIOUS)


def type_in_frame(page: Page) -> None:
    page.frame_locator("iframe").locator("textarea").click()
    page.keyboard.type(SERIOUS)


def compose(page: Page) -> None:
    """As an input method does: the text takes shape, then is committed."""
    page.locator("textarea").click()
    session = page.context.new_cdp_session(page)
    for part in ("i want", "i want to kill", "i want to kill mysel"):
        session.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
    session.send("Input.insertText", {"text": SERIOUS})


def paste(page: Page) -> None:
    page.locator("#from").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.locator("#to").click()
    page.keyboard.press("Control+v")


def send_by_button(page: Page) -> None:
    type_into("textarea")(page)
    page.locator("#b").click()


def leave_at_once(page: Page) -> None:
    type_into("textarea")(page)
    page.goto("https://notes.example/elsewhere")


SURFACES: list[tuple[str, str, Callable[[Page], None]]] = [
    ("textarea", "<textarea></textarea>", type_into("textarea")),
    ("input", "<input placeholder='Say something'>", type_into("input")),
    ("search input outside search sites", "<input type=search>", type_into("input")),
    ("contenteditable", "<div contenteditable><p>Dear diary</p></div>", type_into("p")),
    ("nested contenteditable", "<div contenteditable><ul><li><b>a </b></li></ul></div>", type_into("b")),
    ("open shadow root", OPEN, type_into("textarea")),
    ("closed shadow root", CLOSED, type_hidden),
    ("closed root inside a closed root", NESTED, type_hidden),
    ("frame of the same site", "<iframe srcdoc='<textarea></textarea>'></iframe>", type_in_frame),
    ("sandboxed frame", "<iframe sandbox='allow-scripts' srcdoc='<textarea></textarea>'></iframe>", type_in_frame),
    ("frame of another site", "<iframe src='https://other.example/box'></iframe>", type_in_frame),
    ("EditContext editor", EDIT_CONTEXT, type_into("#e")),
    ("editor that writes the text itself", OWN_EDITOR, type_into("#e")),
    ("input method", "<textarea></textarea>", compose),
    ("paste", f"<input id=from value='{SERIOUS}'><textarea id=to></textarea>", paste),
    ("chat box emptied on Enter", CHAT_ENTER, type_into("textarea", "Enter")),
    ("chat box emptied by its button", CHAT_BUTTON, send_by_button),
    ("form sent by Enter", FORM, type_into("input", "Enter")),
    ("page left before the pause", "<textarea></textarea>", leave_at_once),
]


@pytest.fixture(scope="module")
def typed_everywhere(shared: Monitored) -> dict[str, list[Mapping[str, Any]]]:
    """The captures of each surface, typed into one after the other (all at once would leave it to chance which has the focus)."""
    shared.forget()
    shared.pages["https://other.example/box"] = "<!doctype html><textarea></textarea>"
    shared.pages["https://notes.example/elsewhere"] = "<!doctype html><p>Elsewhere</p>"
    addresses = {}
    for number, (name, body, act) in enumerate(SURFACES):
        addresses[name] = f"https://notes.example/{number}"
        act(shared.page(addresses[name], body))
    shared.context.pages[-1].wait_for_timeout(1_800)
    found = {name: [capture for capture in shared.receiver.captures if capture["url"] == address] for name, address in addresses.items()}
    shared.close_pages()
    return found


@pytest.mark.parametrize("surface", [row[0] for row in SURFACES])
def test_a_line_is_seen_once(typed_everywhere: dict[str, list[Mapping[str, Any]]], surface: str) -> None:
    captures = typed_everywhere[surface]
    assert [capture["source"] in {"typed", "submitted"} and SERIOUS in capture["text"] for capture in captures] == [True]


def test_two_lines_in_one_field_are_two_captures_and_a_growing_one_is_one(browser: Monitored) -> None:
    page = browser.page(PAGE, "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type("i want to kill")
    page.wait_for_timeout(900)
    page.keyboard.type(" myself")
    page.wait_for_timeout(900)
    page.keyboard.type(" because of the noise. Then i will end it all tonight")
    browser.wait_for_text("end it all tonight")
    page.wait_for_timeout(900)
    assert [hit["phrase"] for capture in browser.receiver.captures for hit in capture["hits"]] == ["suicide.kill-myself", "suicide.end-it"]


def test_lines_before_come_with_a_serious_one(browser: Monitored) -> None:
    page = browser.page(PAGE, CHAT_ENTER)
    page.locator("textarea").click()
    for line in ("nobody sat with me", "it is like this each day", SERIOUS):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    capture = browser.wait_for_text(SERIOUS)
    assert [line["text"] for line in capture["context_before"]] == ["nobody sat with me", "it is like this each day"]


def test_a_mild_line_comes_without_lines_before(browser: Monitored) -> None:
    page = browser.page(PAGE, CHAT_ENTER)
    page.locator("textarea").click()
    for line in ("nobody sat with me", "we could roll a spliff"):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    assert "context_before" not in browser.wait_for_text("roll a spliff")
    assert b"nobody sat with me" not in browser.receiver.wire()
