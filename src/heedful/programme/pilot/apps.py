from django.apps import AppConfig


class PilotConfig(AppConfig):
    name = "heedful.programme.pilot"
    label = "pilot"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.pilot.needs import NEEDS

        register(*NEEDS)
