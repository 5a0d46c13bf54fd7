"""The board and the trust's grid, below `/programme/`."""

from django.urls import path

from heedful.programme.board import views

urlpatterns = [
    path("", views.programme, name="programme"),
    path("trust/<int:trust_id>/", views.trust_defaults, name="trust_defaults"),
    path("<int:school_id>/", views.board, name="board"),
    path("<int:school_id>/step", views.step_plan, name="step_plan"),
    path("<int:school_id>/stage/<str:to>/", views.stage_move, name="stage_move"),
]
