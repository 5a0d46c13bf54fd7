from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "heedful.programme.pilot.measures"
    label = "measures"
