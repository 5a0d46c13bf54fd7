"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.communication import views

urlpatterns = [
    path("communication/", views.communication, name="communication"),
    path("communication/texts/<slug:key>/", views.communication_text, name="communication_text"),
    path("communication/texts/<slug:key>/publish", views.communication_publish, name="communication_publish"),
    path("communication/texts/<slug:key>/print", views.communication_print, name="communication_print"),
    path("communication/hand-outs/<int:item>/done", views.communication_handed_out, name="communication_handed_out"),
]
