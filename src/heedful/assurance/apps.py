from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "heedful.assurance"

    def ready(self) -> None:
        from heedful.assurance.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
