"""The pages of the programme, room by room."""

from django.urls import include, path

urlpatterns = [
    path("programme/", include("heedful.programme.board.urls")),
    *(
        path("programme/<int:school_id>/", include(f"heedful.programme.{room}.urls"))
        for room in ("plan", "working_group", "calibration", "pilot", "pilot.measures", "pilot.parallel", "policies", "communication", "training", "launch")
    ),
]
