from django.apps import AppConfig


class CommunicationConfig(AppConfig):
    name = "heedful.programme.communication"
    label = "communication"

    def ready(self) -> None:
        from heedful.programme.communication.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
