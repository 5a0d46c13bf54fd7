"""Set Django up, for the commands that need the database."""

import os


def setup() -> None:
    """Load the settings and the apps once. Ends the program with a clear text where a setting is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heedful.settings")
    import django

    django.setup()
