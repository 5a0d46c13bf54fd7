"""The pages of captures."""

from django.urls import path

from heedful.captures.views import around, bulk, capture, decide, holding, moving, own, pictures, queue, unmatched

urlpatterns = [
    path("captures/", queue.queue, name="queue"),
    path("captures/news", queue.queue_news, name="queue_news"),
    path("captures/search", queue.search, name="queue_search"),
    path("captures/bulk", bulk.bulk, name="capture_bulk"),
    path("captures/batches/<uuid:batch>/undo", bulk.undo_many, name="batch_undo"),
    path("captures/decisions/<int:decision_id>/undo", bulk.undo, name="decision_undo"),
    path("captures/views/", own.keep_view, name="view_keep"),
    path("captures/views/<int:view_id>/", own.change_view, name="view_change"),
    path("captures/<int:number>/next", decide.skip, name="capture_skip"),
    path("captures/<int:number>/viewing", own.viewing, name="capture_viewing"),
    path("captures/<int:number>/snooze", decide.snooze, name="capture_snooze"),
    path("captures/<int:number>/reopen", decide.reopen, name="capture_reopen"),
    path("keyboard/", own.keyboard, name="keyboard"),
    path("captures/<int:number>/", capture.capture, name="capture"),
    path("captures/<int:number>/acknowledge", decide.acknowledge, name="capture_acknowledge"),
    path("captures/<int:number>/grade", decide.grade, name="capture_grade"),
    path("captures/<int:number>/false-positive", decide.dismiss, name="capture_dismiss"),
    path("captures/<int:number>/route", decide.route, name="capture_route"),
    path("captures/<int:number>/note", decide.note, name="capture_note"),
    path("captures/<int:number>/picture", decide.reveal, name="capture_picture"),
    path("captures/unmatched/", unmatched.unmatched, name="unmatched"),
    path("captures/unmatched/<int:account>/", unmatched.unmatched_account, name="unmatched_account"),
    path("captures/<int:number>/context", around.context, name="capture_context"),
    path("captures/<int:number>/pass", around.hand_over, name="capture_pass"),
    path("captures/<int:number>/move/", moving.move, name="capture_move"),
    path("captures/<int:number>/moved/", moving.moved, name="capture_moved"),
    path("captures/<int:number>/seal", pictures.seal, name="capture_seal"),
    path("captures/<int:number>/sealed-picture/", pictures.sealed, name="sealed_picture"),
    path("captures/<int:number>/sealed-picture/destroy", pictures.ask, name="picture_destroy"),
    path("captures/<int:number>/sealed-picture/agree", pictures.agree, name="picture_agree"),
    path("captures/<int:number>/sealed-picture/decline", pictures.decline, name="picture_decline"),
    path("captures/sealed-pictures/", pictures.sealed_list, name="sealed_pictures"),
    path("captures/picture-colour", pictures.colour, name="picture_colour"),
    path("captures/<int:number>/hold", holding.hold, name="capture_hold"),
    path("holds/<int:hold_id>/release", holding.release, name="hold_release"),
    path("captures/<int:number>/close", decide.close, name="capture_close"),
]
