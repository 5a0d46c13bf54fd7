"""Who has an account at the provider of the tests. Nobody here exists."""

from __future__ import annotations

from typing import Any

DOMAIN = "larkfield.example"
TENANT = "11111111-2222-3333-4444-555555555555"
ANOTHER_TENANT = "99999999-2222-3333-4444-555555555555"


def account(subject: str, who: str, **claims: Any) -> dict[str, Any]:
    """An account as both Google and Microsoft describe one; `who` is its address, vouched for."""
    return {
        "sub": subject, "email": who, "email_verified": True, "hd": DOMAIN, "tid": TENANT, "oid": f"object-{subject}",
        "preferred_username": who, "name": "Somebody",
    } | claims  # fmt: skip


STAFF, LEAD = f"staff_member@{DOMAIN}", f"dsl@{DOMAIN}"
ACCOUNTS = {
    "staff": account("1001", STAFF),
    "staff with a new name": account("1001", f"jo.married@{DOMAIN}"),
    "staff made anew": account("1002", STAFF),
    "lead": account("2001", LEAD),
    "lead with a second factor": account("2001", LEAD, amr=["pwd", "mfa"]),
    "stranger": account("3001", f"stranger@{DOMAIN}"),
    "not verified": account("3002", LEAD, email_verified=False, preferred_username=f"someone@{DOMAIN}"),
    "lead of another domain": account("3003", "dsl@marshend.example"),
    "private account": account("3004", LEAD, hd=""),
    "another workspace": account("3005", LEAD, hd="marshend.example"),
    "another tenant": account("3006", LEAD, tid=ANOTHER_TENANT),
    "guest": account("3007", LEAD, idp="https://sts.example/another"),
    "guest by kind": account("3008", LEAD, acct=1),
    # What an attacker's profile says: the lead's address, which Microsoft never checked.
    "wrote the lead's address": account("3009", LEAD, preferred_username="me@attacker.example"),
}
