"""Start page, the roll, staff, and grants of content."""

from django.urls import path

from heedful.people.views import accounts, grants, pupils, reading, roll, staff, start

urlpatterns = [
    path("", start.home, name="home"),
    path("content-access/", grants.grants, name="grants"),
    path("content-access/<int:grant>/end", grants.grant_end, name="grant_end"),
    path("people/", pupils.pupils, name="pupils"),
    path("people/pupils/<int:pupil>/", pupils.pupil, name="pupil"),
    path("people/accounts/", accounts.accounts, name="accounts"),
    path("people/accounts/<int:account>/", accounts.account, name="account"),
    path("people/accounts/<int:account>/match", accounts.account_match, name="account_match"),
    path("people/accounts/<int:account>/shared", accounts.account_shared, name="account_shared"),
    path("people/roll/", roll.roll, name="roll"),
    path("people/roll/<int:number>/", roll.roll_import, name="roll_import"),
    path("people/roll/<int:number>/apply", roll.roll_apply, name="roll_apply"),
    path("people/roll/<int:number>/refuse", roll.roll_refuse, name="roll_refuse"),
    path("people/staff/", staff.staff, name="staff"),
    path("people/staff/add", staff.staff_add, name="staff_add"),
    path("people/staff/<int:person>/", staff.staff_member, name="staff_member"),
    path("people/staff/<int:person>/<slug:change>", staff.staff_change, name="staff_change"),
    path("people/reading/", reading.reading, name="reading"),
    path("people/reading/<int:lock>/lift", reading.reading_lift, name="reading_lift"),
    path("sign-out-everywhere", staff.sign_out_everywhere, name="sign_out_everywhere"),
]
