"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.working_group.views import group, meetings

urlpatterns = [
    path("working-group/", group.working_group, name="working_group"),
    path("working-group/members/", group.working_group_member, name="working_group_member"),
    path("working-group/members/described/", group.working_group_described, name="working_group_described"),
    path("working-group/members/remove/", group.working_group_remove, name="working_group_remove"),
    path("working-group/slots/<str:slot>/", group.working_group_slot, name="working_group_slot"),
    path("working-group/meetings/", meetings.meeting_plan, name="meeting_plan"),
    path("working-group/meetings/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("working-group/decisions.pdf", meetings.decision_log, name="decision_log"),
    path("working-group/meetings/<int:meeting_id>/change/", meetings.meeting_change, name="meeting_change"),
    path("working-group/meetings/<int:meeting_id>/call-off/", meetings.meeting_call_off, name="meeting_call_off"),
    path("working-group/meetings/<int:meeting_id>/record/", meetings.meeting_record, name="meeting_record"),
    path("working-group/meetings/<int:meeting_id>/decisions/", meetings.meeting_decision, name="meeting_decision"),
    path("working-group/meetings/<int:meeting_id>/actions/", meetings.meeting_action, name="meeting_action"),
    path("working-group/meetings/<int:meeting_id>/minutes.pdf", meetings.meeting_minutes, name="meeting_minutes"),
    path("working-group/actions/<int:action_id>/done/", meetings.action_done, name="action_done"),
]
