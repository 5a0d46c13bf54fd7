from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "heedful.assurance.transparency"
    label = "transparency"

    def ready(self) -> None:
        from heedful.assurance.transparency.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
