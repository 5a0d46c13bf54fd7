from django.apps import AppConfig


class LaunchConfig(AppConfig):
    name = "heedful.programme.launch"
    label = "launch"

    def ready(self) -> None:
        from heedful.programme.launch.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
