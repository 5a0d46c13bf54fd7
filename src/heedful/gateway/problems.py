"""Problem documents (RFC 9457). They say what and where; they never echo what was sent."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

TITLES = {
    401: "Not a known device",
    403: "Another school's device",
    404: "Not found",
    405: "Method not allowed",
    409: "Sequence number used before",
    413: "Too large",
    415: "Not JSON",
    422: "Not the expected shape",
    429: "Too many requests",
    503: "Could not be made durable",
}


class Problem(Exception):
    """A whole request can't be served. `detail` is fixed text or names of fields, never a value that was sent."""

    def __init__(self, status: int, kind: str, detail: str, **extra: Any) -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail, self.extra = status, kind, detail, extra

    def response(self) -> HttpResponse:
        document = {"type": f"urn:heedful:problem:{self.kind}", "title": TITLES[self.status], "status": self.status, "detail": self.detail}
        body = json.dumps(document | self.extra)
        return HttpResponse(body, status=self.status, content_type="application/problem+json", headers={"Cache-Control": "no-store"})
