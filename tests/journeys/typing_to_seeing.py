"""How long from a pupil's last key to a row in a queue page that was open already: for the journey and for `make bench`."""

from __future__ import annotations

import time

from tests.journeys.actors import Lead, Pupil

# Each try is typed with a word of its own, so that its row can be told from the others.
WORDS = (
    "apple", "badger", "candle", "dolphin", "ember", "falcon", "garlic", "hazel", "island", "jigsaw", "kettle", "lantern", "magpie",
    "nettle", "otter", "pepper", "quartz", "raven", "saddle", "thistle", "umbrella", "violin", "walnut", "yonder", "zipper",
)  # fmt: skip
AREA = "<textarea></textarea>"
EDITABLE = "<div contenteditable style='min-height:3em'></div>"


def typed_to_seen(pupil: Pupil, dsl: Lead, *, tries: int) -> list[float]:
    """Seconds of each try: text areas, editable blocks and search pages in turn, in a queue page that nobody touches.

    One pupil writes of one theme, which is one burst: between two tries the lead takes what is there, so that the next stands on
    top, and opens the queue anew.
    """
    dsl.opens_the_queue()
    seconds = []
    for index in range(tries):
        word = WORDS[index % len(WORDS)] + str(index)
        kind = index % 3
        if kind == 2:
            page = pupil.opens("https://notes.school.example/start", AREA)
            started = time.monotonic()
            page.goto(f"https://www.google.com/search?q=how+to+kill+myself+{word}")
        else:
            page = pupil.opens("https://notes.school.example/line", (AREA, EDITABLE)[kind])
            page.locator(("textarea", "[contenteditable]")[kind]).press_sequentially(f"i want to kill myself {word}")
            page.keyboard.press("Enter")
            started = time.monotonic()
        seconds.append(dsl.sees(word) - started)
        page.close()
        dsl.takes_what_waits()
        dsl.opens_the_queue()
    return seconds
