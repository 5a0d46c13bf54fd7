"""Start page, everybody's part, and grants of content."""

from django.urls import path

from heedful.people.views import grants, start

urlpatterns = [
    path("", start.home, name="home"),
    path("your-part/", start.your_part, name="your_part"),
    path("content-access/", grants.grants, name="grants"),
    path("content-access/<int:grant>/end", grants.grant_end, name="grant_end"),
]
