"""The pages of this room; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.pilot.views import deciding, designing

urlpatterns = [
    path("pilot/", designing.pilot, name="pilot"),
    path("pilot/make", designing.pilot_make, name="pilot_make"),
    path("pilot/audience", designing.pilot_audience, name="pilot_audience"),
    path("pilot/in-force/withdraw", deciding.approach_withdraw, name="approach_withdraw"),
    path("pilot/<int:number>/", designing.pilot_one, name="pilot_one"),
    path("pilot/<int:number>/scope", designing.pilot_scope, name="pilot_scope"),
    path("pilot/<int:number>/targets", designing.pilot_targets, name="pilot_targets"),
    path("pilot/<int:number>/approach", designing.pilot_approach, name="pilot_approach"),
    path("pilot/<int:number>/approach/<int:approach>/remove", designing.pilot_approach_remove, name="pilot_approach_remove"),
    path("pilot/<int:number>/approach/<int:approach>/decision", deciding.pilot_decide, name="pilot_decide"),
    path("pilot/<int:number>/ready", designing.pilot_ready, name="pilot_ready"),
    path("pilot/<int:number>/start", designing.pilot_start, name="pilot_start"),
    path("pilot/<int:number>/review/", deciding.pilot_review, name="pilot_review"),
    path("pilot/<int:number>/review.pdf", deciding.pilot_review_pdf, name="pilot_review_pdf"),
    path("pilot/<int:number>/end", deciding.pilot_end, name="pilot_end"),
]
