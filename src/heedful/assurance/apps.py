from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "heedful.assurance"
