from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "heedful.programme.training"
    label = "training"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.training.needs import NEEDS

        register(*NEEDS)
