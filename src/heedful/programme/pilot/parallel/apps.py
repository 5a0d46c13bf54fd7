from django.apps import AppConfig


class ParallelConfig(AppConfig):
    name = "heedful.programme.pilot.parallel"
    label = "parallel"
