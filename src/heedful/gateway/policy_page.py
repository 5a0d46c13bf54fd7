"""The technician's page of the managed policy: what to copy for each system, each value explained."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from heedful.devices.queries.standing import policies_told
from heedful.devices.queries.tokens import tokens_for
from heedful.devices.rules import TokenKind
from heedful.gateway.extension_package import ExtensionNotBuilt
from heedful.gateway.extension_policy import ExtensionPolicy, Target
from heedful.gateway.policy_formats import texts_of
from heedful.gateway.ready_policy import TOKEN_HERE, ready_policy
from heedful.people.access import SignedIn, needs
from heedful.people.rules import Right
from heedful.web.decorators import page


@dataclass(frozen=True)
class System:
    """One way in which a school sets policies."""

    key: str
    title: str
    target: Target
    kind: TokenKind


SYSTEMS = (
    System("google", "Google Admin", "google", TokenKind.CHROMEOS),
    System("windows", "Intune and Group Policy", "intune", TokenKind.DEVICE),
    System("mac", "macOS", "intune", TokenKind.DEVICE),
    System("linux", "Linux", "linux", TokenKind.DEVICE),
)
_MAC_WHERE = (
    "Your MDM (Jamf, Intune and others), custom settings for applications: one property list for each domain that its name says, for the device and not for a user. "
    "The lists of the extension itself hold the server and the token."
)
_MAC_BY_MACHINE = "Where your MDM fills in variables, give the machine's serial number as machineId and its name as deviceLabel ($SERIALNUMBER and $COMPUTERNAME in Jamf, {{serialnumber}} in Intune)."


@page
@needs(Right.SEE_DEVICES)
def device_policy(request: SignedIn) -> HttpResponse:
    """The policy for one system, with a placeholder for the token: a token is shown once, when it is made."""
    wanted = {"intune": "windows"}.get(request.GET.get("for", ""), request.GET.get("for", ""))
    system = next((each for each in SYSTEMS if each.key == wanted), SYSTEMS[0])
    now = timezone.now()
    context: dict[str, object] = {
        "system": system,
        "systems": SYSTEMS,
        "placeholder": TOKEN_HERE,
        "tokens": [token for token in tokens_for(request.user, now=now) if token.kind == system.kind and token.works],
        "told": policies_told(request.user, now=now),
    }
    try:
        policy = ready_policy(system.target)
    except ExtensionNotBuilt as fault:
        context["trouble"] = str(fault)
    else:
        context |= _explained(policy, system)
    return render(request, "gateway/policy.html", context)


def _explained(policy: ExtensionPolicy, system: System) -> dict[str, object]:
    is_mac = system.key == "mac"
    how, _, command = policy.by_machine.partition(": ")
    return {
        "texts": texts_of(policy, system=system.key),
        "where": _MAC_WHERE if is_mac else policy.where,
        "reasons": list(policy.reasons.items()),
        "by_machine": _MAC_BY_MACHINE if is_mac else how,
        "by_machine_command": "" if is_mac else command,
    }
