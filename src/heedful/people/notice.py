"""What devices tell about the monitoring, in the words that they show. One place: the notice, the public page and the DPIA say the same.

Change the words and their version together: a device shows the notice anew when its version changes (M04).
"""

from __future__ import annotations

NOTICE_VERSION = "1"
WHAT = [
    "Words you type in web pages on this school account, searches, and text that pages show you.",
    "Only a line that may mean somebody is at risk is sent, with the page and the time.",
]
NOT = [
    "Passwords, bank cards and one-time codes are never read.",
    "Nothing is read on pages on the private list, such as helplines, health and banking.",
    "Your camera, your microphone, your location and other devices at home.",
]
STAFF_NOTICE_VERSION = "staff-1"
# Where a school has decided to monitor its staff as well (`monitors_staff`), they are told so, in words of their own.
WHAT_OF_STAFF = [
    "Your school has decided that staff accounts are monitored too. Ask the head for the decision and its reasons.",
    "Words you type in web pages on this school account, searches, and text that pages show you.",
    "Only a line that may mean that somebody is at risk is sent, with the page and the time. It is not used to judge your work.",
]
WHO_SEES = "The safeguarding team of your school."
# Where the pastoral team looks first (a handling approach), the pupil is told so, under a version of its own.
PASTORAL_VERSION = "-pastoral"
WHO_SEES_PASTORAL = "The safeguarding and pastoral teams of your school."
WHO_SEES_STAFF = "The safeguarding lead of your school and the deputies."
