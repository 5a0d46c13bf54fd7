"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.training.views import clearances, mine, people, practice

urlpatterns = [
    path("training/", mine.training, name="training"),
    path("training/modules/<slug:key>/", mine.module, name="training_module"),
    path("training/modules/<slug:key>/questions/", mine.questions, name="training_questions"),
    path("training/results/<int:result_id>/", mine.result, name="training_result"),
    path("training/results/<int:result_id>/certificate.pdf", mine.certificate, name="training_certificate"),
    path("training/record/", people.record, name="training_record"),
    path("training/pass-mark/", people.pass_mark, name="pass_mark"),
    path("training/own/", people.own_modules, name="own_modules"),
    path("training/own/<slug:key>/withdraw", people.withdraw, name="own_module_withdraw"),
    path("training/practice/", practice.practice, name="practice"),
    path("training/practice/begin", practice.begin, name="practice_begin"),
    path("training/practice/leave", practice.leave, name="practice_leave"),
    path("training/practice/finish", practice.finish, name="practice_finish"),
    path("training/practice/<int:attempt_id>/", practice.result, name="practice_result"),
    path("training/practice/<int:attempt_id>/certificate.pdf", practice.certificate, name="practice_certificate"),
    path("training/clearances/", clearances.clearances, name="clearances"),
    path("training/emergency/", clearances.break_glass, name="break_glass"),
    path("training/emergency/<int:glass>/close", clearances.mend, name="mend_glass"),
]
