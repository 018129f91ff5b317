"""Which Temporal to use: the user's own, as Temporal's SDK finds it configured, or the embedded one.

The variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*) and profiles (temporal.toml) are
those of every Temporal tool, so a configuration that works for `temporal` works here.
"""

import os
from pathlib import Path

from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig

from runtime.settings import SettingsError


def configured_temporal() -> ClientConnectConfig | None:
    """Return what to connect with (`Client.connect(**config)`), or None where the embedded server is meant.

    Raises `SettingsError` for a configuration that is broken or halfway: silently starting a server of our own would
    leave a user looking for tickets in theirs.
    """
    file = os.environ.get("TEMPORAL_CONFIG_FILE")
    if file and not Path(file).exists():  # the SDK takes it as empty
        raise SettingsError(f"TEMPORAL_CONFIG_FILE names {file}, which does not exist.")
    try:
        profile = ClientConfigProfile.load()
    except RuntimeError as error:
        reason = str(error).splitlines()[0]  # the following lines quote the file, and so may quote a key
        raise SettingsError(f"Temporal's configuration (TEMPORAL_*, temporal.toml) cannot be read: {reason}.") from None
    if profile.address is not None:
        return profile.to_client_connect_config()
    if set_without_address := sorted(profile.to_dict()):
        raise SettingsError(
            f"Temporal's configuration sets {', '.join(set_without_address)} but no address. Set TEMPORAL_ADDRESS to "
            "use your own Temporal, or unset the rest to use the embedded one."
        )
    return None
