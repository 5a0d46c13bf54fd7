"""What a data protection impact assessment asks, with what Heedful offers as an answer: pure.

The order follows UK GDPR Article 35(7): a description and its purposes, necessity and proportionality, risks, measures; and the steps of the
Information Commissioner's guidance on DPIAs (consultation, the data protection officer's advice, sign-off). Offered words are a start:
a person chooses and changes them, and answers for them. Sources are named so that they can be read; none of this is legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heedful.assurance.dpia.live import Line, Section

NONE_CHOSEN = ("", "Choose")


@dataclass(frozen=True)
class Question:
    """One field. `offered` stands in it until somebody saved another answer; `choices` make it a list to choose from."""

    key: str
    label: str
    section: Section
    hint: str = ""
    offered: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = True
    is_long: bool = True
    is_date: bool = False


BASES = (
    ("public_task", "Public task: UK GDPR Article 6(1)(e), DPA 2018 section 8. For maintained schools and academies: safeguarding is their task in law"),
    ("recognised", "Recognised legitimate interest, safeguarding: Article 6(1)(ea) and Annex 1 (Data (Use and Access) Act 2025). Not for public authorities in their tasks"),
    ("legitimate", "Legitimate interests: Article 6(1)(f). For independent schools; needs a written balancing test, with particular weight for children"),
    ("legal", "Legal obligation: Article 6(1)(c). Only for what a law demands; the law asks for safeguarding, not for this way of doing it"),
)
CONDITIONS = (
    ("safeguarding", "Substantial public interest, safeguarding of children: Article 9(2)(g), DPA 2018 Schedule 1 paragraph 18. Needs an appropriate policy document"),
    ("statutory", "Substantial public interest, statutory purposes: Article 9(2)(g), DPA 2018 Schedule 1 paragraph 6. Needs an appropriate policy document"),
    ("vital", "Vital interests: Article 9(2)(c). Only where somebody can't consent; it carries single cases, not standing monitoring"),
)
LEFT = (("low", "Low"), ("medium", "Medium"), ("high", "High"))
LIKELY = (("remote", "Unlikely"), ("possible", "Possible"), ("probable", "Likely"))

_WHY_OFFERED = {
    "typed": "Cries for help are mostly written, not searched for. Only lines that meet a rule leave the device, so the rest of what is typed is seen by nobody.",
    "searched": "A search is often the first sign of self-harm or exploitation, and says much in few words. Searches that meet no rule leave nothing.",
    "displayed": "Harm also reaches pupils: threats and grooming are shown before they are answered. What is shown weighs less than what is written.",
    "submitted": "It is the same text as typed, seen when it is sent; it makes up for fields that can't be read while typing.",
    "ai_chat": "Pupils confide in chat programs. KCSIE and the DfE's product safety standards name the risk. Answers are seen only as text that a page shows.",
    "models": "Much of what a child in distress writes holds none of the words that a list can name, and many harmless lines do hold them. Models judge the whole line. They were "
    "trained on invented lines and public texts, on nothing that a school captured; they learn nothing here, and no line goes to another company to be judged.",
    "report": "It is sent by the person themselves, on purpose, and reaches somebody who can help.",
}
RISKS: tuple[tuple[str, str, str], ...] = (
    ("misread", "A joke, a quotation or fiction is read as a danger, and a pupil is questioned for it",
     "A person grades every line before anything happens; false alarms are marked and deleted early; context is shown; no machine decides or sanctions."),
    ("chilling", "Pupils stop looking for help because they feel watched",
     "Helplines and health sites are never read and never count; the notice says that asking for help is never trouble; “Tell someone” is always there."),
    ("outing", "A pupil's sexuality, faith, health or home is revealed to staff or parents",
     "Words about who somebody is never trigger; access by role; parents are told by a person only, after thought; notices carry no theme and no name."),
    ("bias", "Pupils with SEND, with another first language or from a minority are flagged more often",
     "Shares of false alarms are looked at in each review; the library is tested on neutral sentences; a school can switch a phrase off for its reason."),
    ("sanction", "What was collected for safeguarding is used to punish",
     "Two routes with separate access; thresholds signed by three strands; the share of sanctions is reported to governors."),
    ("breach", "Lines and pictures are stolen or opened by somebody who has no business with them",
     "Encrypted with the school's own keys; second factor for every role that reads; each reading is recorded; bulk reading locks; nothing opens by link alone."),
    ("home", "Pupils are watched in their private life, at home or at night",
     "Only school devices with a school account; hours are set by the school; the device always shows that it reads; pupils' own devices are never read."),
    ("pictures", "Staff see or keep an indecent image of a child",
     "No picture is taken where something sexual is possible; pictures are off until the school decides; one key seals a picture from everybody."),
    ("missed", "Something serious is missed, because it was not seen or nobody looked",
     "Coverage and the test phrase are checked; deputies are told as well; the limits are told to staff, who stay the first to notice."),
    ("kept", "Lines are kept longer than anybody needs them", "Short periods by kind, deleted every night, with a log; longer only for an open concern."),
    ("third", "Other people's words and names are collected with a line",
     "Only the line and at most five before it; names of others are removed on export; unread lines are deleted."),
)  # fmt: skip


MODEL_RISK = (
    "model", "A trained model takes a danger for harmless or harmless words for a danger, and nobody can tell why for one line",
    ("A person grades every line in the queue, and no model decides about a pupil (Articles 22A to 22D). None says severity 5 by itself. A phrase of severity 4 or 5 may be lowered and is never "
    "set aside; a pupil's own report is not lowered at all. The capture says what the models made of it. Error rates by group are published; the school may switch the models off."),
)  # fmt: skip


def questions_of(lines: Iterable[Line]) -> tuple[Question, ...]:
    """Every question for a school with these live facts, in the order of the document."""
    lines = tuple(lines)
    return (*_PURPOSE, *_BASIS, *_why(lines), *_NECESSITY, *_RECIPIENTS, *_RIGHTS, *_risks(lines), *_CONSULTED)


def _why(lines: tuple[Line, ...]) -> list[Question]:
    """Necessity of each group, hour and channel that is switched on (P01)."""
    asked = []
    for line in lines:
        if line.asks_why:
            offered = _WHY_OFFERED.get(line.key.removeprefix("source."), line.offered)
            asked.append(Question(f"why.{line.key}", f"{line.label}: {line.value}. Why?", Section.NECESSITY, offered=offered))
    return asked


def _risks(lines: tuple[Line, ...]) -> list[Question]:
    has_models = any(line.key == "models" and line.asks_why for line in lines)
    asked = []
    for key, risk, measure in (*RISKS, *((MODEL_RISK,) if has_models else ())):
        asked += [
            Question(f"risk.{key}.likely", risk, Section.RISKS, choices=(NONE_CHOSEN, *LIKELY), is_long=False, hint="How likely, before anything is done about it?"),
            Question(f"risk.{key}.measure", "What is done about it", Section.RISKS, offered=measure),
            Question(f"risk.{key}.left", "What risk is left", Section.RISKS, choices=(NONE_CHOSEN, *LEFT), is_long=False),
        ]
    asked.append(Question("risk.own", "Other risks here, what is done about them, and what is left", Section.RISKS, is_required=False))
    asked.append(
        Question("ico", "Where a risk that is left is high: when was the Information Commissioner consulted, with what answer (Article 36)?", Section.RISKS, is_required=False)
    )
    return asked


_PURPOSE = (
    Question(
        "purpose", "What the monitoring is for", Section.PURPOSE,
        offered="To notice early that a pupil may be at risk of serious harm, from themselves or from others, so that a trained person can help; and to meet the "
        "school's duty to have appropriate monitoring (Keeping children safe in education; DfE filtering and monitoring standards).",
    ),
    Question("not_for", "What it must never be used for", Section.PURPOSE, offered="Judging the work of staff, marking, attendance, or finding out about beliefs, friendships or feelings where nobody is at risk."),
    Question("benefit", "Who gains from it, and how we will know", Section.PURPOSE, hint="Say what would make you stop."),
)  # fmt: skip
_BASIS = (
    Question("basis", "Lawful basis", Section.BASIS, choices=(NONE_CHOSEN, *BASES), is_long=False, hint="Consent is not offered: a pupil can't refuse freely."),
    Question("basis_why", "Why this one", Section.BASIS),
    Question("condition", "Condition for special category data", Section.BASIS, choices=(NONE_CHOSEN, *CONDITIONS), is_long=False,
             hint="Lines can tell of health, sexuality, faith or origin. For offences the same Schedule 1 conditions carry it (Article 10, DPA 2018 section 10(5))."),
    Question("condition_why", "Why this one, and where the appropriate policy document lies", Section.BASIS),
)  # fmt: skip
_NECESSITY = (
    Question("less", "What less intrusive ways were considered, and why are they not enough?", Section.NECESSITY,
             hint="Supervision in person, the filter's log, no monitoring at home, fewer channels, a higher severity."),
    Question("proportion", "Why the gain outweighs the intrusion, for these ages", Section.NECESSITY),
)  # fmt: skip
_RECIPIENTS = (
    Question("hosting", "Who runs the server and its backups, and under which contract (Article 28)?", Section.RECIPIENTS, hint="Name each provider; “the school itself” where it is so."),
    Question("more_processors", "Other processors", Section.RECIPIENTS, is_required=False,
             hint="Device management, text-message or chat services that carry notices. Heedful itself sends none but those above."),
    Question("transfers", "Does anything leave the United Kingdom? Under which safeguard?", Section.RECIPIENTS, offered="Nothing leaves the United Kingdom."),
)  # fmt: skip
_RIGHTS = (
    Question("told", "How pupils, parents and staff are told", Section.RIGHTS,
             offered="Notices for each age, for parents and for staff; a public page made from what is switched on; a sign in the browser that cannot be hidden."),
    Question("requests", "How somebody gets a copy, has something corrected, objects or complains", Section.RIGHTS,
             offered="Through the school office to the data protection lead; a person looks at it again; complaints are acknowledged within 30 days."),
)  # fmt: skip
_CONSULTED = (
    Question("asked_pupils", "Pupils: who was asked, and what did they say?", Section.CONSULTED, hint="Name no pupil."),
    Question("asked_parents", "Parents: who was asked, and what did they say?", Section.CONSULTED),
    Question("asked_staff", "Staff and unions: who was asked, and what did they say?", Section.CONSULTED),
    Question("dpo_name", "The data protection officer", Section.CONSULTED, is_long=False, hint="Name, or the firm."),
    Question("dpo_advice", "What the data protection officer advised, and what was done with the advice", Section.CONSULTED),
    Question("dpo_on", "On", Section.CONSULTED, is_long=False, is_date=True),
)  # fmt: skip
