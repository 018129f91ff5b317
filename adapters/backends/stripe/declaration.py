"""What `backends/NAME.yaml` with `kind: stripe` says.

    kind: stripe
    api_key: ${secret:STRIPE_API_KEY}
    webhook_secrets: ["${secret:STRIPE_WEBHOOK}"]  # two while one is being replaced
    customers: {by: metadata, field: shop_customer}

With `records: false` it only refunds: payments come from another back end, whose ids of them are Stripe's (`ch_…`).
"""

from typing import Literal

from pydantic import SecretStr

from adapters.backends.declared.secrets import SecretsOf, SecretText, filled
from adapters.backends.stripe.account import AnswerSeconds, ApiBase, Customers, StripeAccount
from domain.model import Model


class StripeDeclaration(Model):
    """The whole file."""

    kind: Literal["stripe"]
    api_key: SecretText
    webhook_secrets: tuple[SecretText, ...] = ()
    customers: Customers
    records: bool = True
    api_base: ApiBase = "https://api.stripe.com"
    answer_seconds: AnswerSeconds = 12.0

    def account(self, secret_of: SecretsOf) -> StripeAccount:
        """The account with its key; raises UnknownSecret."""
        key = filled({"api_key": self.api_key}, "", secret_of)["api_key"]
        return StripeAccount(
            api_key=SecretStr(key),
            customers=self.customers,
            api_base=self.api_base,
            answer_seconds=self.answer_seconds,
        )

    def signers(self, secret_of: SecretsOf) -> tuple[SecretStr, ...]:
        """The secrets that webhooks are signed with; raises UnknownSecret."""
        named = {str(number): text for number, text in enumerate(self.webhook_secrets)}
        return tuple(SecretStr(text) for text in filled(named, "webhook_secrets", secret_of).values())
