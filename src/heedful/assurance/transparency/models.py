"""Whether a school shows its public page before anything is captured."""

from __future__ import annotations

from django.db import models

from heedful.people.models import School, User


class PublicPage(models.Model):
    """Switched on early; once the school captures anything the page is there whatever this says."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
