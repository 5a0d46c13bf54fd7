from django.apps import AppConfig


class DpiaConfig(AppConfig):
    name = "heedful.assurance.dpia"
    label = "dpia"

    def ready(self) -> None:
        from heedful.assurance.dpia.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
