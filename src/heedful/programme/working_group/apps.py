from django.apps import AppConfig


class WorkingGroupConfig(AppConfig):
    name = "heedful.programme.working_group"
    label = "working_group"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.working_group.needs import NEEDS

        register(*NEEDS)
