"""The device API: thin. Each endpoint authenticates, parses, calls one action, answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as AnyDatabaseError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from heedful.captures.actions.store import store_captures
from heedful.captures.rules import ResultStatus
from heedful.devices.actions import (
    EnrolmentRefused,
    Heartbeat,
    Platform,
    SequenceUsed,
    enrol_profile,
    record_heartbeat,
    record_test_sighting,
    use_sequence,
)
from heedful.devices.actions.heartbeats import note_account_day
from heedful.devices.queries import is_of_another_school
from heedful.gateway.accounts import accounts_seen
from heedful.gateway.authentication import Signed, authenticate, not_known, path_as_sent, read_body
from heedful.gateway.bundle_file import bundle_file
from heedful.gateway.contract import first_fault
from heedful.gateway.intake import id_of, items_of, parse_json, read_time
from heedful.gateway.keys import server_key, server_public_key
from heedful.gateway.openapi import ACCOUNT, IF_NONE_MATCH, SIGNED, DeviceAPI, described
from heedful.gateway.policy import policy_document, version_of
from heedful.gateway.problems import Problem
from heedful.gateway.sifting import Sifted, sift
from heedful.gateway.signing import ENROLLING, from_base64url, is_signed_by, policy_bytes, request_bytes, sign, to_base64url
from heedful.people.queries import find_account
from heedful.people.rules import address_of
from heedful.vault.envelope import VaultError

log = structlog.get_logger()
api = DeviceAPI(
    title="Heedful device API", version="1", docs_url=None, openapi_url="/openapi.json", urls_namespace="device",
    description="What devices and the gateway say to each other. contracts/device-api.md is the text of it.",
)  # fmt: skip
View = Callable[..., HttpResponse]
def door(view: View) -> View:
    """Turn every refusal into a problem document, and what could not be made durable into 503."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            return problem.response()
        except SequenceUsed as used:
            detail = "This sequence number was used before; sign again with a larger one."
            return Problem(409, "sequence-used", detail, last_sequence=used.last_sequence).response()
        except (AnyDatabaseError, OSError, VaultError) as fault:
            # A full disk, a database that is away, a key that is missing: the device keeps everything.
            log.error("gateway.not_durable", fault=type(fault).__name__)
            return Problem(503, "not-durable", "It could not be stored safely just now; keep it and try again later.").response()

    return answered


def has_already(request: HttpRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag; a proxy that compresses makes it weak."""
    named = request.headers.get("If-None-Match", "").split(",")
    return any(one.strip().removeprefix("W/") == etag for one in named)


def answer(document: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(document), status=status, content_type="application/json", headers={"Cache-Control": "no-store"})


@api.post("/enrol", openapi_extra=described(answers={201: "Enrolled"}, body="Enrolment", parameters=SIGNED), auth=None)
@door
def enrol(request: HttpRequest) -> HttpResponse:
    """Trade an enrolment token for a device id. The request is signed with the new key, as proof that the device has it."""
    body = read_body(request)
    sent = parse_json(body)
    fault = first_fault("enrol", sent)
    if fault is not None:
        raise Problem(422, "not-an-enrolment", fault[1], pointer=fault[0])
    try:
        public_key = from_base64url(sent["public_key"])
    except ValueError:
        raise Problem(422, "not-an-enrolment", "takes base64url of 32 bytes", pointer="/public_key") from None
    message = request_bytes(method="POST", path=path_as_sent(request), device=ENROLLING, sequence=0, body=body)
    if not is_signed_by(public_key, request.headers.get("Heedful-Signature", ""), message):
        raise not_known()
    told = sent["platform"]
    platform = Platform(told["os"], f"{told['browser']} {told['browser_version']}".strip(), told["agent_version"])
    try:
        profile = enrol_profile(
            token=sent["token"], public_key=public_key, platform=platform,
            directory_device_id=sent.get("directory_device_id", ""), machine_id=sent.get("machine_id", ""),
            device_label=sent.get("device_label", ""), now=timezone.now(),
        )  # fmt: skip
    except EnrolmentRefused:
        raise Problem(
            401,
            "token-refused",
            "The enrolment token is unknown, used up, expired or of the wrong kind. Ask the school's technician for a new one.",
        ) from None
    school = {"id": str(profile.school_id), "name": profile.school.name}
    return answer(
        {"device_id": str(profile.pk), "server_public_key": to_base64url(server_public_key()), "school": school, "sequence": 0}, 201
    )


@api.get("/policy", openapi_extra=described(answers={200: "Policy", 304: None}, parameters=[*SIGNED, ACCOUNT, IF_NONE_MATCH]))
@door
def policy(request: HttpRequest) -> HttpResponse:
    """What this account on this device may expect; 304 when it is what the device has."""
    signed = authenticate(request)
    address = request.GET.get("account", "").strip().lower()[:254]
    if not address.isprintable():
        raise Problem(422, "not-an-account", "An account takes printable characters.", pointer="account")
    account = find_account(signed.profile.school_id, address)
    body = policy_document(signed.profile, account, address)
    etag = f'"{version_of(body)}"'
    now = timezone.now()
    with transaction.atomic():
        use_sequence(profile=signed.profile, sequence=signed.sequence, now=now)
        if account:  # a sign-in shorter than the time to the first heartbeat is seen here
            note_account_day(profile=signed.profile, account=account, now=now)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if has_already(request, etag):
        return HttpResponse(status=304, headers=headers)
    headers["Heedful-Server-Signature"] = sign(server_key(), policy_bytes(device=str(signed.profile.pk), body=body))
    return HttpResponse(body, content_type="application/json", headers=headers)


@api.get("/bundle", openapi_extra=described(answers={200: "Bundle", 304: None}, parameters=[IF_NONE_MATCH], media_type="application/gzip"))
@door
def bundle(request: HttpRequest) -> HttpResponse:
    """The compiled library: one for all schools, public."""
    held = bundle_file()
    headers = {"ETag": f'"{held.sha256}"', "Cache-Control": "public, max-age=300", "Heedful-Server-Signature": held.signature}
    if has_already(request, headers["ETag"]):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(held.content, content_type="application/gzip", headers=headers)


@api.post("/captures", openapi_extra=described(answers={200: "Results"}, body="Batch", parameters=SIGNED))
@door
def captures(request: HttpRequest) -> HttpResponse:
    """Store a batch: durable before the answer, one status for each id."""
    signed = authenticate(request)
    items = items_of(parse_json(signed.body))
    now = timezone.now()
    _refuse_other_schools(signed, items)
    sifted = sift(signed.profile, items, now)
    stored = store_captures(
        profile=signed.profile, incoming=list(sifted.incoming.values()), now=now,
        in_transaction=lambda: use_sequence(profile=signed.profile, sequence=signed.sequence, now=now),
    )  # fmt: skip
    return answer({"results": _results(items, sifted, stored)})


def _results(items: list[Any], sifted: Sifted, stored: dict[UUID, ResultStatus]) -> list[dict[str, Any]]:
    """One result for each item, in order; a second item with the same id is a duplicate of the first."""
    results: list[dict[str, Any]] = []
    answered: set[str] = set()
    for place, item in enumerate(items):
        capture_id = id_of(item)
        refused = sifted.refused.get(place)
        if refused is not None:
            problem = {"pointer": refused.pointer, "detail": refused.detail}
            results.append({"id": capture_id, "status": str(ResultStatus.REJECTED), "problem": problem})
            continue
        status = ResultStatus.OUT_OF_SCOPE if place in sifted.out_of_scope else stored[UUID(capture_id)]
        if capture_id in answered and status == ResultStatus.STORED:
            status = ResultStatus.DUPLICATE
        answered.add(capture_id)
        results.append({"id": capture_id, "status": str(status)})
    return results


def _refuse_other_schools(signed: Signed, items: list[Any]) -> None:
    named = {item["device"] for item in items if isinstance(item, dict) and isinstance(item.get("device"), str)}
    others = named - {str(signed.profile.pk)}
    if others and is_of_another_school(others, school_id=signed.profile.school_id):
        raise Problem(403, "other-school", "A capture names a device of another school. Enrol this device anew.")


@api.post("/heartbeat", openapi_extra=described(answers={200: "HeartbeatAnswer"}, body="Heartbeat", parameters=SIGNED))
@door
def heartbeat(request: HttpRequest) -> HttpResponse:
    """The device is alive; with it come answers to the test phrase."""
    signed = authenticate(request)
    sent = parse_json(signed.body)
    fault = first_fault("heartbeat", sent)
    if fault is not None:
        raise Problem(422, "not-a-heartbeat", fault[1], pointer=fault[0])
    now = timezone.now()
    try:
        beat, tests = _beat(sent, now), [(UUID(t["id"]), t["account"]["name"], read_time(t["observed_at"])) for t in sent.get("tests", ())]
    except ValueError:
        raise Problem(422, "not-a-heartbeat", "holds a time that does not exist", pointer="/device_time") from None
    name = address_of(sent.get("account", {}).get("name", ""))
    known = accounts_seen(signed.profile, [name, *(tester for _, tester, _ in tests)], now)
    with transaction.atomic():
        use_sequence(profile=signed.profile, sequence=signed.sequence, now=now)
        record_heartbeat(profile=signed.profile, beat=beat, account=known.get(name), now=now)
        for sighting_id, tester, observed_at in tests:
            account = known.get(address_of(tester))
            record_test_sighting(sighting_id=sighting_id, profile=signed.profile, account=account, observed_at=observed_at, now=now)
    held = policy_document(signed.profile, known.get(name), name)
    return answer({"server_time": now.isoformat(), "policy_version": version_of(held), "bundle_version": bundle_file().version})


def _beat(sent: dict[str, Any], now: datetime) -> Heartbeat:
    spool = sent["spool"]
    skew_s = max(-2_000_000_000, min(2_000_000_000, int((read_time(sent["device_time"]) - now).total_seconds())))
    return Heartbeat(
        sent["agent_version"], sent["bundle_version"], sent["policy_version"], skew_s,
        spool["captures"], spool["set_aside"], spool["lost_captures"], spool["lost_pictures"],
        machine_id=sent.get("machine_id", ""), device_label=sent.get("device_label", ""),
        fault=sent.get("fault", "none").replace("none", ""), lines_read=sent.get("lines_read"), forced=sent.get("forced"),
        incognito_allowed=sent.get("incognito_allowed"), policy_hash=sent.get("policy_hash", ""),
    )  # fmt: skip
