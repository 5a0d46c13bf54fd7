"""Signing in, out and in again: allauth's pages, less those by which people would make or move accounts themselves."""

from allauth.account import views
from django.urls import include, path, re_path

from heedful.people.views import school_account

urlpatterns = [
    path("login/", school_account.sign_in, name="account_login"),
    path("with/<slug:provider>/", school_account.sign_in_with, name="sign_in_with"),
    path("with/<slug:provider>/callback/", school_account.sign_in_with_callback, name="sign_in_with_callback"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that it is closed; allauth's own pages name it
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
