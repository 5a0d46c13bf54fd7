"""The pilot, and what its handling approaches show to whom."""

from __future__ import annotations

from tests.personas.table import Row, Subjects, only

ROWS = (
    Row("source_filter", only(200, "technician")),
    Row("source_sort", only(302, "technician"), (), {"verb": "pass", "number": "1"}),
)
SUBJECTS: Subjects = {}
