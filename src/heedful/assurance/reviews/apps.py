from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "heedful.assurance.reviews"
    label = "reviews"

    def ready(self) -> None:
        from heedful.assurance.reviews.needs import NEEDS
        from heedful.programme.needs import register

        register(*NEEDS)
