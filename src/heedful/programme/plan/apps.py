from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "heedful.programme.plan"
    label = "plan"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.plan.needs import NEEDS

        register(*NEEDS)
