"""Customer tokens: one good shape, and everything else refused alike."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.rules import TokenRules
from adapters.identity.tokens import CustomerTokens
from domain.errors import BadCustomerToken, WorkspaceError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "5" * 64
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
Claims = dict[str, Any]


def pem(key: Any) -> str:  # noqa: ANN401 - any private key
    """The public half of a key."""
    public: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


def claims(**changes: object) -> Claims:
    """The claims of a good token with some changed; None takes one away."""
    good = {"iss": "meridian", "aud": "setright:meridian", "sub": "cus_ada", "iat": AT, "exp": AT + 600, "jti": "t-1"}
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(body: Claims | None = None, key: Any = SECRET, algorithm: str = "HS256", **header: object) -> str:  # noqa: ANN401
    """A token signed by a library."""
    return jwt.encode(body or claims(), key, algorithm=algorithm, headers=header or None)


def raw(header: object, body: object, key: bytes = SECRET.encode(), digest: str = "sha256") -> str:
    """A token put together by hand, with an HMAC for a signature: what no library would write."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, body)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.new(key, text, digest).digest()).rstrip(b"=")
    return (text + b"." + mac).decode()


def tampered(token: str, **changes: object) -> str:
    """The token with another payload under the same signature."""
    header, _, signature = token.split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims(**changes)).encode()).rstrip(b"=").decode()
    return f"{header}.{body}.{signature}"


def unsigned(algorithm: str) -> str:
    """A token that says it needs no signature."""
    return raw({"alg": algorithm, "typ": "JWT"}, claims()).rpartition(".")[0] + "."


HS = {"alg": "HS256", "typ": "JWT"}
#: What is refused by a tenant that signs with Setright's own secret.
BAD: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token at all": lambda: "hello",
    "two parts": lambda: ".".join(signed().split(".")[:2]),
    "four parts": lambda: signed() + ".e30",
    "not Base64": lambda: "%%%.###.!!!",
    "NUL in it": lambda: signed().replace(".", "\x00.", 1),
    "blanks around it": lambda: f" {signed()} ",
    "no ASCII": lambda: signed() + "é",
    "Bearer before it": lambda: f"Bearer {signed()}",
    "expired": lambda: signed(claims(iat=AT - 700, exp=AT - 61)),
    "not yet issued": lambda: signed(claims(iat=AT + 61)),
    "not yet valid": lambda: signed(claims(nbf=AT + 61)),
    "too long a life": lambda: signed(claims(exp=AT + 3_601)),
    "ends before it begins": lambda: signed(claims(iat=AT + 30, exp=AT + 20)),
    "another tenant's audience": lambda: signed(claims(aud="setright:tidewater")),
    "a list of audiences": lambda: signed(claims(aud=["setright:meridian", "setright:tidewater"])),
    "another issuer": lambda: signed(claims(iss="tidewater")),
    "no issuer": lambda: signed(claims(iss=None)),
    "no audience": lambda: signed(claims(aud=None)),
    "no customer": lambda: signed(claims(sub=None)),
    "no end": lambda: signed(claims(exp=None)),
    "no time of issue": lambda: signed(claims(iat=None)),
    "no id": lambda: signed(claims(jti=None)),
    "empty customer": lambda: signed(claims(sub="")),
    "a number for a customer": lambda: raw(HS, claims(sub=7)),
    "a list of customers": lambda: raw(HS, claims(sub=["cus_ada", "cus_ben"])),
    "a wildcard for a customer": lambda: signed(claims(sub="*")),
    "a path for a customer": lambda: signed(claims(sub="../cus_ben")),
    "NUL in the customer": lambda: signed(claims(sub="cus_ada\x00")),
    "a line break after the customer": lambda: signed(claims(sub="cus_ada\n")),
    "a look-alike customer": lambda: signed(claims(sub="cus_аda")),  # noqa: RUF001 - the second letter is Cyrillic
    "a customer of 10,000 characters": lambda: signed(claims(sub="c" * 10_000)),
    "a huge token": lambda: signed(claims(more="x" * 1_000_000)),
    "a time as text": lambda: raw(HS, claims(exp=str(AT + 600))),
    "a time as a fraction": lambda: raw(HS, claims(exp=AT + 600.5)),
    "a time as a flag": lambda: raw(HS, claims(iat=True)),
    "a time beyond time": lambda: raw(HS, claims(exp=10**30)),
    "a negative time": lambda: raw(HS, claims(iat=-AT)),
    "an empty id": lambda: signed(claims(jti="")),
    "an id of 129 characters": lambda: signed(claims(jti="i" * 129)),
    "tampered customer": lambda: tampered(signed(), sub="cus_ben"),
    "tampered end": lambda: tampered(signed(), exp=AT + 3_000),
    "cut signature": lambda: signed()[:-4],
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "alg none": lambda: unsigned("none"),
    "alg None": lambda: unsigned("None"),
    "alg NONE with a signature": lambda: raw({"alg": "NONE"}, claims()),
    "no alg": lambda: raw({"typ": "JWT"}, claims()),
    "alg a number": lambda: raw({"alg": 256}, claims()),
    "another secret": lambda: signed(key="6" * 64),
    "another tenant's secret": lambda: signed(key=hashlib.sha256(b"tidewater").hexdigest()),
    "HS512": lambda: raw({"alg": "HS512"}, claims(), digest="sha512"),
    "RS256": lambda: signed(key=RSA, algorithm="RS256"),
    "an unknown key id": lambda: signed(kid="other"),
    "a path for a key id": lambda: signed(kid="../../dev/null"),
    "a key id that is no text": lambda: raw(HS | {"kid": ["setright"]}, claims()),
    "a key of its own": lambda: signed(key="k" * 64, jwk={"kty": "oct", "k": base64.b64encode(b"k" * 64).decode()}),
    "a critical extension": lambda: raw(HS | {"crit": ["exp2"], "exp2": 1}, claims()),
    "a payload that is no object": lambda: raw(HS, ["cus_ada"]),
    "a payload that is no JSON": lambda: raw(HS, b"{"),
    "a header that is no object": lambda: raw(["HS256"], claims()),
    "a payload as deep as a stack": lambda: raw(HS, b"[" * 1_200 + b"]" * 1_200),
}


@pytest.fixture
def tokens() -> CustomerTokens:
    """The tokens of a tenant that has no key of its own."""
    return CustomerTokens("meridian", TokenRules(), SECRET)


@pytest.mark.parametrize("what", BAD)
def test_a_bad_token_is_refused(tokens: CustomerTokens, what: str) -> None:
    """Each is refused with the one error, in the same words."""
    with pytest.raises(BadCustomerToken) as refused:
        tokens.read(BAD[what](), NOW)
    assert (
        str(refused.value) == "The customer token is not valid here, or not any more; get a new one and send it again."
    )
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "good",
    [
        claims(),
        claims(exp=AT + 3_600),
        claims(iat=AT + 59, exp=AT + 600),
        claims(iat=AT - 600, exp=AT - 59),
        claims(nbf=AT + 59),
        claims(email="ada@example.com", roles=["admin"]),
    ],
)
def test_a_good_token_names_its_customer(tokens: CustomerTokens, good: Claims) -> None:
    """With a minute of leeway, and whatever else it says."""
    assert tokens.read(signed(good), NOW) == "cus_ada"
    assert tokens.read(signed(good, kid="setright"), NOW) == "cus_ada"


def test_what_is_written_can_be_read(tokens: CustomerTokens) -> None:
    """A token for trying things out is good until its time is up."""
    token = tokens.write("cus_ada", NOW, timedelta(minutes=30), "id-1")
    assert tokens.read(token, NOW + timedelta(minutes=30)) == "cus_ada"
    with pytest.raises(BadCustomerToken):
        tokens.read(token, NOW + timedelta(minutes=31))
    with pytest.raises(WorkspaceError):
        tokens.write("cus_ada", NOW, timedelta(minutes=61), "id-1")


@pytest.mark.parametrize(("algorithm", "key"), [("RS256", RSA), ("ES256", EC), ("EdDSA", ED)])
def test_a_tenants_own_key(algorithm: Any, key: Any) -> None:  # noqa: ANN401 - any private key
    """Its public half reads what its private half signed; the public half is no secret that anything is signed with."""
    tokens = CustomerTokens("meridian", TokenRules(algorithm=algorithm, public_keys={"k1": pem(key)}), SECRET)
    assert tokens.read(signed(key=key, algorithm=algorithm), NOW) == "cus_ada"
    assert tokens.read(signed(key=key, algorithm=algorithm, kid="k1"), NOW) == "cus_ada"
    for forged in (
        raw({"alg": "HS256", "kid": "k1"}, claims(), key=pem(key).encode()),  # the public key taken for a secret
        raw({"alg": "HS256", "kid": "k1"}, claims(), key=pem(key).strip().encode()),
        raw({"alg": algorithm, "kid": "k1"}, claims()),
        signed(),
        unsigned("none"),
        signed(key=key, algorithm=algorithm, kid="k2"),
    ):
        with pytest.raises(BadCustomerToken):
            tokens.read(forged, NOW)
    with pytest.raises(WorkspaceError):
        tokens.write("cus_ada", NOW, timedelta(minutes=1), "id-1")


def test_with_two_keys_a_token_says_which() -> None:
    """While keys are changed both are good, each under its own id alone."""
    other = ed25519.Ed25519PrivateKey.generate()
    rules = TokenRules(algorithm="EdDSA", public_keys={"old": pem(ED), "new": pem(other)})
    tokens = CustomerTokens("meridian", rules, SECRET)
    assert tokens.read(signed(key=ED, algorithm="EdDSA", kid="old"), NOW) == "cus_ada"
    assert tokens.read(signed(key=other, algorithm="EdDSA", kid="new"), NOW) == "cus_ada"
    for forged in (signed(key=ED, algorithm="EdDSA", kid="new"), signed(key=ED, algorithm="EdDSA")):
        with pytest.raises(BadCustomerToken):
            tokens.read(forged, NOW)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("RS256", EC), ("ES256", RSA), ("EdDSA", RSA), ("ES256", ec.generate_private_key(ec.SECP384R1()))],
)
def test_a_key_of_another_kind_stops_the_start(algorithm: Any, key: Any) -> None:  # noqa: ANN401 - any private key
    """A public key that does not fit its algorithm is found before anybody sends a token."""
    with pytest.raises(WorkspaceError):
        CustomerTokens("meridian", TokenRules(algorithm=algorithm, public_keys={"k1": pem(key)}), SECRET)


def test_a_short_rsa_key_signs_nothing() -> None:
    """RFC 7518: 2048 bits at least."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the point of the test
    tokens = CustomerTokens("meridian", TokenRules(algorithm="RS256", public_keys={"k1": pem(short)}), SECRET)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = signed(key=short, algorithm="RS256")
    with pytest.raises(BadCustomerToken):
        tokens.read(token, NOW)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_noise_is_refused(noise: str) -> None:
    """Whatever is sent, the answer is a customer or the one error."""
    with pytest.raises(BadCustomerToken):
        CustomerTokens("meridian", TokenRules(), SECRET).read(noise, NOW)


@given(st.integers(0, 400), st.integers(0, 127))
def test_no_changed_character_goes_through(place: int, character: int) -> None:
    """A token with one character changed is refused, unless the change means nothing in Base64 or was none."""
    good = CustomerTokens("meridian", TokenRules(), SECRET).write("cus_ada", NOW, timedelta(minutes=5), "id-1")
    place %= len(good)
    changed = good[:place] + chr(character) + good[place + 1 :]
    try:
        customer = CustomerTokens("meridian", TokenRules(), SECRET).read(changed, NOW)
    except BadCustomerToken:
        return
    assert customer == "cus_ada"
