"""The pages of captures."""

from django.urls import path

from heedful.captures.views import capture, decide, queue

urlpatterns = [
    path("captures/", queue.queue, name="queue"),
    path("captures/news", queue.queue_news, name="queue_news"),
    path("captures/<int:number>/", capture.capture, name="capture"),
    path("captures/<int:number>/acknowledge", decide.acknowledge, name="capture_acknowledge"),
    path("captures/<int:number>/grade", decide.grade, name="capture_grade"),
    path("captures/<int:number>/false-positive", decide.dismiss, name="capture_dismiss"),
    path("captures/<int:number>/route", decide.route, name="capture_route"),
    path("captures/<int:number>/note", decide.note, name="capture_note"),
    path("captures/<int:number>/picture", decide.reveal, name="capture_picture"),
    path("captures/<int:number>/close", decide.close, name="capture_close"),
]
