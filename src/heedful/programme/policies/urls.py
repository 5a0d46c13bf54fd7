"""The pages of the register; each lies under `/programme/<school>/`."""

from django.urls import path

from heedful.programme.policies.views import linking, one, register

urlpatterns = [
    path("policies/", register.policies, name="policies"),
    path("policies/add/", register.add, name="policy_add"),
    path("policies/clauses/", linking.clauses, name="policy_clauses"),
    path("policies/links/", linking.links, name="policy_links"),
    path("policies/links/make", linking.link, name="policy_link"),
    path("policies/links/<int:link_id>/remove", linking.remove, name="policy_unlink"),
    path("policies/versions/<int:version_id>/file", register.file, name="policy_file"),
    path("policies/<int:policy_id>/", one.policy, name="policy"),
    path("policies/<int:policy_id>/version/", register.version, name="policy_version"),
    path("policies/<int:policy_id>/facts/", register.change, name="policy_change"),
    path("policies/<int:policy_id>/withdraw", register.withdraw, name="policy_withdraw"),
    path("policies/<int:policy_id>/headings/", one.headings, name="policy_headings"),
    path("policies/<int:policy_id>/sign", one.sign, name="policy_sign"),
    path("policies/<int:policy_id>/confirm/", one.confirm, name="policy_confirm"),
    path("policies/<int:policy_id>/confirm/<int:link_id>", one.decide, name="policy_decide"),
]
