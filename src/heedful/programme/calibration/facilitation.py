"""How to run the hour: what happens when, and what to say where a group is stuck."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One part of the meeting, in minutes from its beginning."""

    starts: int
    ends: int
    title: str
    what: str


AGENDA = (
    Part(0, 5, "Why we are here", "Say that there is no right answer on any card, and that nobody sees what you put before you have finished."),
    Part(5, 20, "Sort alone", "Everybody sorts the short deck on a phone, a laptop or on paper. No talking yet. Stuck on a card? Leave it and go on."),
    Part(20, 25, "Open the results", "The facilitator opens them. Read the first line aloud: on how many cards you agreed. To differ is no failure; it is what the hour is for."),
    Part(
        25, 45, "Talk about the cards you differ on",
        "From the top. Two minutes a card. Ask what each pile would lead to for this pupil, not who is right. Note what you could not settle.",
    ),
    Part(45, 50, "Sort those cards again", "Alone again. Both answers are kept, so that you see what the talk changed."),
    Part(50, 57, "Look at what is proposed", "Open the proposed table. Walk through the lines marked as not sure and say who decides them, and by when."),
    Part(57, 60, "Say what comes next", "Who brings the table to sign-off, and when the group meets again."),
)  # fmt: skip

SAYINGS = (
    ("Somebody says: “It depends.”", "Ask on what. That is often the line you are looking for: an age, a number of times, somebody named."),
    (
        "Two people hold fast.",
        "Ask each what they fear would go wrong on the other pile. Then leave the card; the table can leave that line to a person.",
    ),
    ("The lead's word settles every card.", "Keep names hidden. Ask the technical and behaviour people to speak first."),
    ("Everything goes to safeguarding.", "Ask who opens it on a Tuesday with forty others. What goes to everybody is seen by nobody."),
    ("A card is close to somebody's own life.", "Skip it. Anybody may leave a card, or the room, without a reason."),
    (
        "“Both” is chosen again and again.",
        "Both means: safeguarding owns it, and lets behaviour know what it needs. Ask whether that is meant.",
    ),
)
