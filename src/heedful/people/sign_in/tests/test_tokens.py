"""A token that does not hold is not taken, whatever it claims: signature, algorithm, audience, issuer, time, nonce."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from heedful.people.provider import StaffOpenID
from heedful.people.sign_in.rules import Refusal, SignInRefused

ISSUER = "https://issuer.example"
KEY, ANOTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
PUBLIC = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "one", "use": "sig", "alg": "RS256"}
APP: Any = SimpleNamespace(client_id="heedful", settings={"kind": "google", "issuer": ISSUER})


class Exchange(StaffOpenID):
    """The provider's documents, without a network."""

    openid_config = {"issuer": ISSUER, "jwks_uri": "keys", "userinfo_endpoint": "userinfo"}
    userinfo: dict[str, Any] = {}

    def __init__(self) -> None:
        pass

    def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        return {"keys": [PUBLIC]} if address == "keys" else self.userinfo


def token(key: Any = KEY, *, algorithm: str = "RS256", kid: str = "one", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "heedful", "sub": "1", "nonce": "n", "iat": now, "exp": now + 300} | changes
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm=algorithm, headers={"kid": kid})


def test_a_token_that_holds_is_read() -> None:
    assert Exchange()._claims(APP, token(), "access")["sub"] == "1"


@pytest.mark.parametrize(
    "wrong",
    [
        token(ANOTHER_KEY), token(kid="two"), token("", algorithm="none"), token(PUBLIC["n"], algorithm="HS256"), token(aud="another"),
        token(aud=["heedful", "another"]), token(iss="https://issuer.example/"), token(exp=int(time.time()) - 120), token(exp=None), token(nonce=None),
        token(sub=None), token(iat=int(time.time()) + 600), "", "a.b.c", token()[:-4] + "AAAA",
    ],
)  # fmt: skip
def test_another_is_not(wrong: str) -> None:
    with pytest.raises(SignInRefused) as fault:
        Exchange()._claims(APP, wrong, "access")
    assert fault.value.reason == Refusal.INVALID


def test_the_userinfo_of_somebody_else_is_not_taken() -> None:
    exchange, app = Exchange(), SimpleNamespace(client_id="heedful", settings={"kind": "oidc", "issuer": ISSUER})
    exchange.userinfo = {"sub": "1", "email": "ada@school.example", "email_verified": True, "amr": ["mfa"], "iss": "https://evil.example"}
    claims = exchange._claims(app, token(), "access")
    assert (claims["iss"], claims["email"], "amr" in claims) == (ISSUER, "ada@school.example", False)
    exchange.userinfo = {"sub": "2", "email": "dsl@school.example", "email_verified": True}
    with pytest.raises(SignInRefused):
        exchange._claims(app, token(), "access")
