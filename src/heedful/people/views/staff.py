"""Staff: who works with Heedful, in which role, with which second factor; and what can be changed about it."""

from __future__ import annotations

from collections.abc import Callable
from smtplib import SMTPException

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from heedful.people.access import SignedIn, needs, step_up
from heedful.people.rules import NotFound, Right, RoleName
from heedful.people.staffing import actions
from heedful.people.staffing.forms import InviteForm, RoleForm
from heedful.people.staffing.queries import Member, member_of, schools_to_staff, staff_of
from heedful.people.staffing.rules import CONTENT_ROLES, StaffRefused
from heedful.web.decorators import command, not_found_on, page

PROVIDER_NAMES = {"google": "Google", "microsoft": "Microsoft", "oidc": "the school's provider"}


@page
@needs(Right.MANAGE_STAFF)
def staff(request: SignedIn) -> HttpResponse:
    """Everybody with a role, and the form to add somebody."""
    return _list(request, InviteForm(schools=schools_to_staff(request.user)))


@command
@needs(Right.MANAGE_STAFF)
@step_up
def staff_add(request: SignedIn) -> HttpResponse:
    """Add somebody by hand and mail them a link to set their password."""
    form = InviteForm(request.POST, schools=schools_to_staff(request.user))
    if form.is_valid():
        given = form.cleaned_data
        roles = [RoleName(role) for role in given["roles"]]
        try:
            person = actions.invite_staff(
                school_id=given["school"], email=given["email"], name=given["name"], roles=roles, viewer=request.user, now=timezone.now()
            )
        except StaffRefused as fault:
            form.add_error("email", str(fault))
        else:
            if not person.has_usable_password():
                _send_link(request, person.pk)
            messages.success(request, f"{person.name} is on the list.")
            return HttpResponseRedirect(reverse("staff_member", args=[person.pk]))
    return _list(request, form, status=422)


@page
@needs(Right.MANAGE_STAFF)
@not_found_on(NotFound)
def staff_member(request: SignedIn, person: int) -> HttpResponse:
    """One member of staff."""
    return _show(request, member_of(request.user, person))


@command
@needs(Right.MANAGE_STAFF)
@not_found_on(NotFound)
@step_up
def staff_change(request: SignedIn, person: int, change: str) -> HttpResponse:
    """One change of one member of staff; each asks who the viewer is, unless they proved it in the last quarter of an hour."""
    member = member_of(request.user, person)
    if change not in CHANGES:
        raise Http404
    try:
        said = CHANGES[change](request, member)
    except StaffRefused as fault:
        return _show(request, member, trouble=str(fault), status=422)
    if said:
        messages.success(request, said)
    try:
        member_of(request.user, person)
    except NotFound:  # the last role at the viewer's schools is gone, and so are they
        return HttpResponseRedirect(reverse("staff"))
    return HttpResponseRedirect(reverse("staff_member", args=[person]))


@command
def sign_out_everywhere(request: SignedIn) -> HttpResponse:
    """End every session of one's own, at once: whoever asks may have lost a computer."""
    actions.sign_out_everywhere(viewer=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("account_login"))


def _give(request: SignedIn, member: Member) -> str:
    school, role = _role(request)
    actions.give_staff_role(person_id=member.id, school_id=school, role=role, viewer=request.user, now=timezone.now())
    return f"{member.name} is {role.label} now."


def _take(request: SignedIn, member: Member) -> str:
    school, role = _role(request)
    actions.take_staff_role(person_id=member.id, school_id=school, role=role, viewer=request.user, now=timezone.now())
    return f"{member.name} is no longer {role.label}."


def _close(request: SignedIn, member: Member) -> str:
    actions.close_account(person_id=member.id, viewer=request.user, now=timezone.now())
    return f"The account of {member.name} is closed, and they are signed out everywhere."


def _reopen(request: SignedIn, member: Member) -> str:
    actions.reopen_account(person_id=member.id, viewer=request.user, now=timezone.now())
    return f"{member.name} may sign in again."


def _sign_out(request: SignedIn, member: Member) -> str:
    actions.sign_out_staff(person_id=member.id, viewer=request.user, now=timezone.now())
    return f"{member.name} is signed out everywhere."


def _unbind(request: SignedIn, member: Member) -> str:
    actions.unbind_accounts(person_id=member.id, viewer=request.user, now=timezone.now())
    return f"{member.name} is signed out, and the next sign-in at a provider binds their account anew."


def _invite(request: SignedIn, member: Member) -> str:
    _send_link(request, member.id)
    return ""


CHANGES: dict[str, Callable[[SignedIn, Member], str]] = {
    "give": _give, "take": _take, "close": _close, "reopen": _reopen, "sign-out": _sign_out, "unbind": _unbind, "invite": _invite,
}  # fmt: skip


def _role(request: SignedIn) -> tuple[int, RoleName]:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise StaffRefused("Choose a role.")
    return form.cleaned_data["school"], RoleName(form.cleaned_data["role"])


def _send_link(request: SignedIn, person: int) -> None:
    """Mail a link to set a password; where mail does not go, say so and change nothing else."""
    user = actions.record_invitation(person_id=person, viewer=request.user, now=timezone.now())
    form = ResetPasswordForm({"email": user.email})
    try:
        if form.is_valid():
            form.save(request)
            messages.success(request, f"{user.name} gets a mail with a link to set a password.")
    except (OSError, SMTPException):
        messages.warning(request, "The mail could not be sent. They can ask for the link themselves on the sign-in page.")


def _list(request: SignedIn, form: InviteForm, *, status: int = 200) -> HttpResponse:
    members = staff_of(request.user)
    context = {"members": members, "form": form, "many_schools": len(schools_to_staff(request.user)) > 1}
    return render(request, "people/staff.html", context, status=status)


def _show(request: HttpRequest, member: Member, *, trouble: str = "", status: int = 200) -> HttpResponse:
    schools = schools_to_staff(request.user)  # type: ignore[arg-type]
    held = {(each.school_id, each.role) for each in member.roles}
    context = {
        "member": member,
        "is_me": member.id == request.user.pk,
        "trouble": trouble,
        "choices": [(school, [role for role in RoleName if (school.pk, role) not in held]) for school in schools],
        "content_roles": ", ".join(role.label.lower() for role in RoleName if role in CONTENT_ROLES),
        "accounts": [PROVIDER_NAMES.get(account, account) for account in member.accounts],
    }
    return render(request, "people/staff_member.html", context, status=status)
