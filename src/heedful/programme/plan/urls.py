"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.plan import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/profile/", views.plan_profile, name="plan_profile"),
    path("plan/lines/", views.plan_line, name="plan_line"),
    path("plan/lines/<int:line_id>/", views.plan_line_change, name="plan_line_change"),
    path("plan/lines/<int:line_id>/end/", views.plan_line_end, name="plan_line_end"),
    path("plan/proposal/", views.plan_propose, name="plan_propose"),
    path("plan/ai-tools/", views.ai_tool_add, name="ai_tool_add"),
    path("plan/ai-tools/<int:tool_id>/stop/", views.ai_tool_stop, name="ai_tool_stop"),
]
