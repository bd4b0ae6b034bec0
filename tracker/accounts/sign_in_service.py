"""What pages say of a sign-in service: its name, and how asking it can fail.

Owns: no request. What asks the provider is in `oidc`, whose libraries are large: it is loaded only where a service is
configured.
"""

from urllib.parse import urlsplit

from tracker.config import Settings


class ProviderSilent(Exception):
    """The provider does not answer, or not as a provider does. The text names why, for the log."""


def oidc_label(settings: Settings) -> str:
    """How the button names the sign-in service."""
    return settings.oidc_label or urlsplit(settings.oidc_issuer).hostname or ""
