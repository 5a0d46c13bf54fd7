"""From the wire to values: one sent capture, held to the schema, becomes an `Incoming` or a problem. Pure but for the roll."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from heedful.captures.actions.store import Incoming
from heedful.captures.sealing import Content
from heedful.gateway.contract import first_fault
from heedful.gateway.problems import Problem
from heedful.people.models import Account

MOST_IN_A_BATCH = 50


@dataclass(frozen=True)
class Refused:
    """One item that can't be taken: where and why, never what."""

    pointer: str
    detail: str


def parse_json(body: bytes) -> Any:
    """The body as JSON. Problem 415 where it is not; NaN and infinities are not JSON."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(415, "not-json", "The body is not UTF-8 JSON.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def items_of(document: Any) -> list[Any]:
    """The captures of a batch, unjudged. Problem 422 where it is no batch."""
    if not isinstance(document, dict) or set(document) != {"captures"} or not isinstance(document["captures"], list):
        raise Problem(422, "not-a-batch", "The body takes one field, 'captures', a list.", pointer="/captures")
    items: list[Any] = document["captures"]
    if not 1 <= len(items) <= MOST_IN_A_BATCH:
        raise Problem(422, "batch-size", f"A batch takes 1 to {MOST_IN_A_BATCH} captures; got {len(items)}.", pointer="/captures")
    return items


def id_of(item: Any) -> str:
    """The id to answer with: the one sent where it is one, else empty."""
    sent = item.get("id") if isinstance(item, dict) else None
    try:
        return str(UUID(sent)) if isinstance(sent, str) and len(sent) == 36 else ""
    except ValueError:
        return ""


def read_item(item: Any, accounts: Mapping[str, Account]) -> Incoming | Refused:
    """Judge one item. The schema comes first, then what a schema can't say."""
    fault = first_fault("capture", item)
    if fault is not None:
        return Refused(*fault)
    if not _is_unicode(item):
        return Refused("/", "holds half a surrogate pair")
    length = len(item["text"])
    for index, hit in enumerate(item["hits"]):
        if not hit["start"] < hit["end"] <= length:
            return Refused(f"/hits/{index}", "its span does not lie within the text")
    if sum(len(line["text"]) for line in item.get("context_before", ())) > 1000:
        return Refused("/context_before", "takes 1,000 characters in all")
    try:
        observed_at = read_time(item["observed_at"])
    except ValueError:
        return Refused("/observed_at", "is no date and time")
    return _incoming(item, observed_at, host_of(item["url"]), accounts.get(item["account"]["name"].lower()))


def _incoming(item: dict[str, Any], observed_at: datetime, host: str, account: Account | None) -> Incoming:
    sent = item["account"]
    before = tuple((int(line["seconds_before"]), str(line["text"])) for line in item.get("context_before", ()))
    return Incoming(
        capture_id=UUID(item["id"]),
        observed_at=observed_at,
        source=item["source"],
        app=item["app"],
        host=host,
        content=Content(text=item["text"], title=item["title"], url=item["url"], account=sent["name"], before=before),
        account=account,
        identity_confidence=sent["identity_confidence"] if account and not account.is_in_doubt else ("uncertain" if sent["name"] else "unknown"),
        identity_how=sent["how"],
        device_bundle_version=item["bundle_version"],
        picture=_picture(item),
    )


def _picture(item: dict[str, Any]) -> bytes:
    """The picture's bytes; empty where there is none or they are no base64 (the text matters more)."""
    try:
        return base64.b64decode(item["screenshot"]["data"], validate=True) if "screenshot" in item else b""
    except binascii.Error:
        return b""


def read_time(text: str) -> datetime:
    """An RFC 3339 time with its offset. Raises ValueError for a day that does not exist."""
    moment = datetime.fromisoformat(text)
    offset = moment.utcoffset()
    if offset is None or abs(offset) > timedelta(hours=14):
        raise ValueError("no offset that a clock on earth has")
    return moment


def host_of(url: str) -> str:
    """The host of an address, lower case, without port or user; empty where there is none, or none can be read.

    An odd address must not keep a capture from its reader.
    """
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def _is_unicode(item: Any) -> bool:
    try:
        json.dumps(item, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
