"""A tenant's file says how Stripe is reached, and holds no secret."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from adapters.backends.declared.secrets import UnknownSecret
from adapters.backends.registry import KINDS
from adapters.backends.stripe.declaration import StripeDeclaration
from domain.action import Effect

FILE = {
    "kind": "stripe",
    "api_key": "${secret:STRIPE_API_KEY}",
    "webhook_secrets": ["${secret:NEW}", "${secret:OLD}"],
    "customers": {"by": "metadata", "field": "shop_customer"},
}
SECRETS = {"STRIPE_API_KEY": "sk_live_1", "NEW": "whsec_1", "OLD": "whsec_0"}


def test_secrets_are_looked_up_and_not_shown() -> None:
    """Two webhook secrets during a rotation; neither they nor the key are in any text."""
    declaration = StripeDeclaration.model_validate(FILE)
    account, signers = declaration.account(SECRETS.get), declaration.signers(SECRETS.get)
    assert account.api_key.get_secret_value() == "sk_live_1"
    assert [secret.get_secret_value() for secret in signers] == ["whsec_1", "whsec_0"]
    assert not any(secret in f"{declaration!r} {account!r} {signers!r}" for secret in SECRETS.values())
    assert account.api_base == "https://api.stripe.com"


@pytest.mark.parametrize("missing", ["STRIPE_API_KEY", "OLD"])
def test_a_missing_secret_is_named(missing: str) -> None:
    """With the field that names it."""
    declaration, left = StripeDeclaration.model_validate(FILE), {**SECRETS}
    del left[missing]
    needs = declaration.account if missing == "STRIPE_API_KEY" else declaration.signers
    with pytest.raises(UnknownSecret) as unknown:
        needs(left.get)
    assert unknown.value.name == missing


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_base": "http://api.stripe.com"},
        {"api_base": "ftp://127.0.0.1"},
        {"api_base": "http://127.0.0.1.evil.test"},
        {"api_base": "stripe"},
        {"customers": {"by": "email"}},
        {"customers": {"by": "metadata"}},
        {"customers": {"by": "metadata", "field": 'x"] OR metadata["y'}},
        {"answer_seconds": 60},
        {"api_key": "${secret:NOT CLOSED"},
        {"secret_key": "sk_live_1"},
    ],
)
def test_a_wrong_file_is_refused(wrong: dict[str, object]) -> None:
    """A key that moves money is never sent unencrypted, and nobody is found by what they say of themselves."""
    with pytest.raises(ValidationError):
        StripeDeclaration.model_validate({**FILE, **wrong})


def test_it_is_a_kind_like_any_other() -> None:
    """What it offers is known from the file; whether it has the records is the file's to say."""
    kind, declaration = KINDS["stripe"], StripeDeclaration.model_validate(FILE)
    assert {name for name, spec in kind.specs(declaration).items() if spec.effect is Effect.write} == {
        "issue_refund",
        "cancel_refund",
    }
    assert kind.has_records(declaration)
    assert not kind.has_records(StripeDeclaration.model_validate({**FILE, "records": False}))


def test_without_the_library_it_is_said_what_to_install() -> None:
    """Reading a workspace needs no SDK; opening the back end does, and names it."""
    code = (
        "import sys; sys.modules['stripe'] = None\n"
        "from adapters.backends.registry import KINDS\n"
        "from adapters.backends.stripe.declaration import StripeDeclaration\n"
        "from domain.errors import ExtraMissing\n"
        f"declaration = StripeDeclaration.model_validate({FILE!r})\n"
        "try: KINDS['stripe'].open(declaration, lambda name: 'x')\n"
        "except ExtraMissing as error: print(error.code, 'make extras' in error.text)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout.strip() == "extra_missing True"
