"""How a call to the payment provider can go wrong; the kinds differ in what is known about the effect."""


class ProviderError(Exception):
    """The provider did not do, or did not say that it did, what it was asked."""


class ProviderUnreached(ProviderError):
    """The request never left: it certainly had no effect."""


class ProviderTimeout(ProviderError):
    """The request left and no answer came: it may have had its effect, or may have it yet."""


class ProviderBusy(ProviderError):
    """Another request with the same key is under way (409); nothing is known about that one."""


class ProviderFault(ProviderError):
    """The provider answered 500, and will answer every request with this key so (as Stripe's v1 does)."""


class KeyReused(ProviderError):
    """The key was used before with other parameters; nothing was done now."""


class ProviderRefused(ProviderError):
    """The request breaks a rule (400); nothing was done and nothing is remembered under its key."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
