from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "heedful.escalation"
