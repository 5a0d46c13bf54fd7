from django.apps import AppConfig


class SecondLookConfig(AppConfig):
    name = "heedful.captures.second_look"
    label = "second_look"
