from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "heedful.programme.board"
    label = "board"

    def ready(self) -> None:
        from heedful.programme.board.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
