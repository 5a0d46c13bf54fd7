from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "heedful.programme.training"
    label = "training"

    def ready(self) -> None:
        from heedful.programme.needs import register
        from heedful.programme.training.due import training_due
        from heedful.programme.training.needs import NEEDS
        from heedful.programme.waiting import register_waiting

        register(*NEEDS)
        register_waiting("training", training_due)
