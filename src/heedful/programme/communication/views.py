"""Telling everybody: the texts, who has confirmed, what is to be handed out; and the page "Your part" of each member of staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.captures.queries.monitoring import monitoring_facts
from heedful.people.access import SignedIn
from heedful.people.models import School
from heedful.people.queries import has_right
from heedful.people.rules import NotFound, Right
from heedful.programme.access import of_school
from heedful.programme.communication import actions, queries
from heedful.programme.communication.filling import MEANINGS, UnknownPlaceholder, drift_of, fill
from heedful.programme.communication.forms import HandedOutForm, PublishForm, TextForm
from heedful.programme.communication.needs import NEEDS
from heedful.programme.communication.readability import reading_of
from heedful.programme.communication.rules import TOLD_PERCENT, How, TextRefused
from heedful.programme.communication.texts import SPECS, TextKey, Words, blocks_of, ready_text
from heedful.programme.needs import State
from heedful.programme.steps import Step
from heedful.programme.waiting import waiting_for
from heedful.web.decorators import command, not_found_on, page, page_with_form
from heedful.web.pdf import pdf_response


@page
@of_school()
def communication(request: SignedIn, school: School) -> HttpResponse:
    """Every text and how far it has reached."""
    return _overview(request, school)


@page_with_form
@of_school()
def communication_text(request: SignedIn, school: School, key: str) -> HttpResponse:
    """One text: as people read it, and the form that changes it."""
    text_key = _key(key)
    if request.method != "POST":
        return _text(request, school, text_key)
    if not has_right(request.user, school.pk, Right.RUN_PROGRAMME):
        raise Http404
    form = TextForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.save_text(
                school=school, key=text_key, words=Words(given["title"], given["body"]), seen=given["seen"], viewer=request.user, now=timezone.now()
            )
        except (TextRefused, UnknownPlaceholder) as fault:
            form.add_error("body", str(fault))
        else:
            messages.success(request, "Saved as a draft. Nobody is told before you publish it.")
            return HttpResponseRedirect(reverse("communication_text", args=[school.pk, key]))
    return _text(request, school, text_key, form=form, status=422)


@command
@of_school(Right.RUN_PROGRAMME)
def communication_publish(request: SignedIn, school: School, key: str) -> HttpResponse:
    """Publish a text and tell whom it is for."""
    text_key, form = _key(key), PublishForm(request.POST)
    if not form.is_valid():
        return _text(request, school, text_key, trouble="Look at the text again, then publish it.", status=422)
    try:
        version = actions.publish_text(
            school=school, key=text_key, asks=form.cleaned_data["asks"], seen=form.cleaned_data["seen"], viewer=request.user, now=timezone.now()
        )
    except (TextRefused, UnknownPlaceholder) as fault:
        return _text(request, school, text_key, trouble=str(fault), status=422)
    spec = SPECS[text_key]
    sent = f" {len(queries.people_for(school.pk, text_key))} people are told by mail and on their page." if spec.is_sent else ""
    hand = " Now give it out, and say so below." if spec.handed_to else ""
    messages.success(request, f"Version {version.number} is published.{sent}{hand}")
    return HttpResponseRedirect(reverse("communication", args=[school.pk]))


@page
@of_school()
def communication_print(request: SignedIn, school: School, key: str) -> HttpResponse:
    """The text as a PDF to print: the published version, else the draft, which says that it is one."""
    text_key = _key(key)
    published = queries.published_version(school.pk, text_key)
    words = Words(published.said_title, published.said_body) if published else _filled(school, text_key)
    context = {
        "school": school, "title": words.title, "blocks": blocks_of(words.body), "version": published, "is_large": text_key.startswith("pupils_ks1"),
    }  # fmt: skip
    return pdf_response("communication/print.html", context, file_name=f"heedful-{text_key.value.replace('_', '-')}.pdf", styles=("notice.css",))


@command
@of_school(Right.RUN_PROGRAMME)
@not_found_on(NotFound)
def communication_handed_out(request: SignedIn, school: School, item: int) -> HttpResponse:
    """Say when and how the school gave a text out."""
    form = HandedOutForm(request.POST, prefix=f"out-{item}")
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.mark_handed_out(
                hand_out_id=item, school_id=school.pk, given_on=given["given_on"], how=How(given["how"]), note=given["note"],
                viewer=request.user, now=timezone.now(),
            )  # fmt: skip
        except TextRefused as fault:
            form.add_error("given_on", str(fault))
        else:
            messages.success(request, f"Recorded: given to {row.audience_words.lower()} on {row.given_on:%-d %B}.")
            return HttpResponseRedirect(reverse("communication", args=[school.pk]))
    elif not any(row.pk == item for row in queries.open_hand_outs(school.pk)):
        raise NotFound
    return _overview(request, school, wrong=(item, form), status=422)


@page
def your_part(request: SignedIn) -> HttpResponse:
    """What Heedful is, the part of everybody and of this reader, and what waits for them."""
    now = timezone.now()
    shown = [(message, blocks_of(message.body)) for message in queries.my_messages(request.user, now=now)]
    said = {message.title for message, _ in shown}
    places = queries.my_places(request.user)
    schools = [(place, [(title, blocks_of(body)) for title, body in place.parts if title not in said]) for place in places]
    context = {
        "schools": schools, "messages_for_me": shown, "waits": waiting_for(request.user, now),
        "has_notice": any(message.key == TextKey.STAFF for message, _ in shown),
    }  # fmt: skip
    return render(request, "communication/your_part.html", context)


@command
@not_found_on(NotFound)
def your_part_confirm(request: SignedIn, message: int) -> HttpResponse:
    """One press: I have read it."""
    actions.acknowledge(message_id=message, viewer=request.user, now=timezone.now())
    messages.success(request, "Thank you. It is noted that you have read it.")
    return HttpResponseRedirect(reverse("your_part"))


def _key(key: str) -> TextKey:
    if key not in TextKey.values:
        raise Http404
    return TextKey(key)


def _filled(school: School, key: TextKey) -> Words:
    newest = queries.newest_version(school.pk, key)
    return fill(Words(newest.title, newest.body) if newest else ready_text(key), actions.values_now(school.pk))


def _overview(request: SignedIn, school: School, *, wrong: tuple[int, HandedOutForm] | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    states = queries.states_of(school.pk, monitoring_facts(school.pk), actions.values_now(school.pk))
    today = {"given_on": timezone.localdate(now)}
    open_items = [
        (row, wrong[1] if wrong and wrong[0] == row.pk else HandedOutForm(prefix=f"out-{row.pk}", initial=today)) for row in queries.open_hand_outs(school.pk)
    ]
    runs = has_right(request.user, school.pk, Right.RUN_PROGRAMME)
    context = {
        "school": school, "step": Step.COMMUNICATION, "runs": runs, "told": queries.staff_told(school.pk), "told_percent": TOLD_PERCENT,
        "rows": [state for state in states if state.is_shown(school.stage)], "open_items": open_items,
        "done_items": queries.done_hand_outs(school.pk), "needs": [(need, need.look(school.pk, now)) for need in NEEDS], "met": State.MET,
    }  # fmt: skip
    return render(request, "communication/communication.html", context, status=status)


def _text(
    request: SignedIn, school: School, key: TextKey, *, form: TextForm | None = None, trouble: str = "", status: int = 200
) -> HttpResponse:
    newest, published, values = queries.newest_version(school.pk, key), queries.published_version(school.pk, key), actions.values_now(school.pk)
    words, spec = Words(newest.title, newest.body) if newest else ready_text(key), SPECS[key]
    said = fill(words, values)
    reading = reading_of(said.body)
    seen = actions.mark_of(newest)
    context: dict[str, Any] = {
        "school": school, "step": Step.COMMUNICATION, "key": key, "spec": spec, "newest": newest, "published": published, "said": said,
        "blocks": blocks_of(said.body), "reading": reading, "is_hard": bool(spec.most_age and reading.age and reading.age > spec.most_age),
        "drift": drift_of(published.values, published.values, values) if published and not spec.is_announced else (),
        "versions": queries.versions_of(school.pk, key), "placeholders": [(name, MEANINGS[name], values[name]) for name in MEANINGS],
        "form": form or TextForm(initial={"title": words.title, "body": words.body, "seen": seen}), "publish": PublishForm(initial={"seen": seen}),
        "people": len(queries.people_for(school.pk, key)) if spec.is_sent else 0, "trouble": trouble, "is_wrong": form is not None,
        "runs": has_right(request.user, school.pk, Right.RUN_PROGRAMME),
    }  # fmt: skip
    return render(request, "communication/text.html", context, status=status)
