"""Searches, prompts to AI chats and what pages show; what the page echoes is not told twice."""

from __future__ import annotations

import pytest

from tests.browser.monitored import HARMLESS, SERIOUS, Monitored
from tests.browser.receiver import TEST_PHRASE

QUERY = "how+to+kill+myself"
RESULTS = "<title>Results</title><input name=q><p>About 10 results</p>"
SEARCHES = [
    f"https://www.google.com/search?q={QUERY}",
    f"https://www.google.co.uk/search?client=x&q={QUERY}",
    f"https://www.bing.com/search?q={QUERY}",
    f"https://duckduckgo.com/?q={QUERY}",
    f"https://www.youtube.com/results?search_query={QUERY}",
    f"https://www.ecosia.org/search?q={QUERY}",
    f"https://www.tiktok.com/search?q={QUERY}",
]


@pytest.fixture(scope="module")
def searched(shared: Monitored) -> list[dict[str, str]]:
    shared.forget()
    for address in SEARCHES:
        shared.page(address, RESULTS)
    shared.context.pages[-1].wait_for_timeout(800)
    found = [dict(capture) for capture in shared.receiver.captures]
    shared.close_pages()
    return found


@pytest.mark.parametrize("address", SEARCHES)
def test_a_search_is_seen_once(searched: list[dict[str, str]], address: str) -> None:
    captures = [capture for capture in searched if capture["url"] == address]
    assert [(capture["source"], capture["text"]) for capture in captures] == [("searched", "how to kill myself")]


def test_a_search_within_an_app_page_is_seen(browser: Monitored) -> None:
    page = browser.page("https://www.youtube.com/", "<p>Home</p>")
    page.evaluate(f"history.pushState({{}}, '', '/results?search_query={QUERY}')")
    assert browser.wait_for_text("how to kill myself")["source"] == "searched"


def test_typing_a_search_and_sending_it_is_one_capture(browser: Monitored) -> None:
    browser.pages["https://www.google.com/search"] = f"<!doctype html><title>how to kill myself - Search</title>{RESULTS}<h1>Results for how to kill myself</h1>"
    page = browser.page("https://www.google.com/", "<form action='/search'><textarea name=q></textarea></form><script>document.querySelector('textarea').onkeydown = (k) => { if (k.key === 'Enter') { k.preventDefault(); document.forms[0].submit() } }</script>")
    page.locator("textarea").click()
    page.keyboard.type("how to kill myself")
    page.keyboard.press("Enter")
    browser.wait_for_text("how to kill myself")
    page.wait_for_timeout(1_700)
    assert [capture["source"] for capture in browser.receiver.captures] == ["searched"]


def test_a_prompt_to_an_ai_chat_is_told_as_one(browser: Monitored) -> None:
    page = browser.page("https://chatgpt.com/c/1", "<div contenteditable id=p></div><main></main><script>p.addEventListener('keydown', (k) => { if (k.key === 'Enter') { k.preventDefault(); document.querySelector('main').innerText = 'You said: ' + p.innerText; p.innerText = '' } })</script>")
    page.locator("#p").click()
    page.keyboard.type(f"be my friend, {SERIOUS}")
    page.keyboard.press("Enter")
    assert browser.wait_for_text(SERIOUS)["source"] == "ai_chat"
    page.wait_for_timeout(1_700)
    assert len(browser.receiver.captures) == 1


def test_displayed_text_is_seen_once_also_when_it_comes_later(browser: Monitored) -> None:
    page = browser.page("https://forum.example/thread", f"<p>{HARMLESS}</p><ul></ul>")
    page.wait_for_timeout(700)
    page.evaluate("document.querySelector('ul').innerHTML = '<li>someone wrote: you should <b>kill</b> <i>myself</i></li>'")
    capture = browser.wait_for_text("kill myself")
    assert capture["source"] == "displayed"
    page.evaluate("document.querySelector('ul').innerHTML += '<li>and again: kill myself</li>'")
    page.wait_for_timeout(1_600)
    assert len(browser.receiver.captures) == 1


def test_text_inside_shadow_roots_is_displayed_text(browser: Monitored) -> None:
    browser.page("https://forum.example/shadow", f"<div id=h></div><script>h.attachShadow({{mode: 'open'}}).innerHTML = '<p>{SERIOUS}</p>'</script>")
    assert browser.wait_for_text(SERIOUS)["source"] == "displayed"


def test_a_page_cannot_forge_a_pupils_typing(browser: Monitored) -> None:
    page = browser.page("https://forger.example/", "<textarea id=t></textarea><form id=f><input id=i></form>")
    page.evaluate(
        """(words) => {
            t.focus(); t.value = words;
            for (const kind of ["beforeinput", "input"]) t.dispatchEvent(new InputEvent(kind, {bubbles: true, composed: true, data: ".", inputType: "insertText"}));
            t.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
            t.dispatchEvent(new Event("paste", {bubbles: true})); t.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
            t.blur(); i.value = words; f.addEventListener("submit", (e) => e.preventDefault()); f.requestSubmit();
        }""",
        SERIOUS,
    )
    page.wait_for_timeout(1_200)
    assert browser.receiver.captures == []


def test_what_a_script_writes_after_the_pupils_key_is_not_the_pupils(browser: Monitored) -> None:
    page = browser.page("https://forger.example/", f"<textarea id=t></textarea><script>t.addEventListener('input', () => setTimeout(() => {{ t.value = '{SERIOUS}' }}, 50))</script>")
    page.locator("#t").click()
    page.keyboard.type("a")
    page.wait_for_timeout(1_100)
    page.locator("#t").blur()
    page.wait_for_timeout(300)
    assert browser.receiver.captures == []


def test_the_test_phrase_is_answered_by_a_heartbeat_and_is_no_capture(browser: Monitored) -> None:
    page = browser.page("https://notes.example/test", "<textarea></textarea>")
    page.locator("textarea").click()
    page.keyboard.type(TEST_PHRASE)
    page.keyboard.press("Enter")
    page.wait_for_timeout(900)
    assert len(browser.receiver.tests) == 1
    assert set(browser.receiver.tests[0]) == {"id", "observed_at", "account"}
    assert browser.receiver.captures == []
    assert b"kettles" not in b"".join(sent.body for sent in browser.receiver.sent)


def test_a_day_of_harmless_lines_sends_no_capture_request_and_no_word(browser: Monitored) -> None:
    page = browser.page("https://notes.example/day", "<textarea></textarea><div contenteditable></div><p>Zebras graze beside the lemonade stand.</p>")
    page.locator("textarea").click()
    for word in ("otters", "biscuit", "lemonade"):
        page.keyboard.type(f"i saw {word} at lunch. ")
    page.locator("div").click()
    page.keyboard.type("my marmalade sandwich fell")
    page.keyboard.press("Enter")
    browser.page("https://www.google.com/search?q=giraffe+homework", RESULTS)
    page.wait_for_timeout(1_300)
    wire = browser.receiver.wire()
    assert not any(sent.path.endswith("/captures") for sent in browser.receiver.sent)
    for word in (b"otters", b"biscuit", b"lemonade", b"marmalade", b"giraffe", b"Zebras", b"lunch"):
        assert word not in wire
