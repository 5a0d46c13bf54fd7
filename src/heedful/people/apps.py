from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "heedful.people"

    def ready(self) -> None:
        from heedful.people import signals

        signals.connect()
