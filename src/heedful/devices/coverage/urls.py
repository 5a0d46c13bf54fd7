"""Coverage, its tests and its limits."""

from django.urls import path

from heedful.devices.coverage.views import coverage, limits, tests

urlpatterns = [
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<int:number>/", coverage.coverage_of_school, name="coverage_of_school"),
    path("coverage/<int:number>/silent/", coverage.coverage_silent, name="coverage_silent"),
    path("coverage/devices/", coverage.coverage_devices, name="coverage_devices"),
    path("coverage/people/", coverage.coverage_people, name="coverage_people"),
    path("coverage/tests/", tests.phrase_tests, name="phrase_tests"),
    path("coverage/tests/news/", tests.phrase_tests_news, name="phrase_tests_news"),
    path("coverage/tests/start/", tests.phrase_test_start, name="phrase_test_start"),
    path("coverage/terms/", tests.terms, name="coverage_terms"),
    path("limits/", limits.limits, name="limits"),
]
