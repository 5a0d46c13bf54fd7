from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "heedful.programme.policies"
    label = "policies"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.policies.needs import NEEDS

        register(*NEEDS)
