from django.apps import AppConfig


class CalibrationConfig(AppConfig):
    name = "heedful.programme.calibration"
    label = "calibration"

    def ready(self) -> None:
        from heedful.programme.calibration.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
