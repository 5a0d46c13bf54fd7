"""The wrapped keys of the schools. The key that wraps them is never in the database."""

from django.db import models


class SchoolKey(models.Model):
    """One version of one school's data key, wrapped by an installation key. The newest one encrypts; all that are kept can read."""

    school_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=16, help_text="Fingerprint of the installation key.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school_id", "version"], name="school_key_version_once")]
