"""How strongly and how lately the sign-in service must have made sure of somebody, and whether it says that it did.

Owns: the demand (`acr`, `amr`, `auth_time` of OpenID Connect Core 1.0, section 2) and its check. Pure: knows neither
the addresses of the provider nor the request. What is demanded and not said is refused: silence proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.config import Settings

LEEWAY = timedelta(seconds=60)
"""By how much the provider's clock may differ from ours."""


class NotBelieved(Exception):
    """What came back proves nobody's identity. The text names why, for the audit log."""


class TooWeak(NotBelieved):
    """The person is known, but not as strongly as demanded (`acr`, `amr`)."""


class TooOld(NotBelieved):
    """The person is known, but proved himself at the provider too long ago (`auth_time`)."""


@dataclass(frozen=True)
class Demand:
    """What every sign-in by the service must show. Empty or None: nothing is demanded."""

    acr: tuple[str, ...] = ()
    """Levels of which the answer must name one."""
    amr: tuple[str, ...] = ()
    """Methods of which the answer must name one at least."""
    max_age: timedelta | None = None

    def asked(self, *, anew: bool = False) -> dict[str, str]:
        """The parameters of the authorization request. `anew`: the person proves himself there now."""
        found = {"acr_values": " ".join(self.acr)} if self.acr else {}
        if anew:
            return found | {"prompt": "login", "max_age": "0"}
        if self.max_age is not None:
            found["max_age"] = str(int(self.max_age.total_seconds()))
        return found

    def check(self, claims: dict[str, Any], now: datetime, *, anew_since: datetime | None = None) -> None:
        """Hold the claims of a token against the demand. Raises TooWeak, TooOld.

        `anew_since`: when the person left to prove himself anew; None where an earlier proof counts.
        """
        if self.acr and claims.get("acr") not in self.acr:
            raise TooWeak("acr")
        methods = claims.get("amr")
        if self.amr and not (isinstance(methods, list) and set(self.amr) & set(map(str, methods))):
            raise TooWeak("amr")
        oldest = anew_since or (now - self.max_age if self.max_age is not None else None)
        if oldest is not None and not _is_between(claims.get("auth_time"), oldest, now):
            raise TooOld("auth_time")


def demand_of(settings: Settings) -> Demand:
    """What these settings demand."""
    minutes = settings.oidc_max_age_minutes
    return Demand(settings.oidc_acr, settings.oidc_amr, timedelta(minutes=minutes) if minutes else None)


def _is_between(seconds: Any, oldest: datetime, now: datetime) -> bool:
    """Whether the time, seconds since 1970, lies between the two, give or take the leeway."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return (oldest - LEEWAY).timestamp() <= seconds <= (now + LEEWAY).timestamp()
