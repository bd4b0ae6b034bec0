"""Asking a sign-in service who somebody is (OpenID Connect, authorization code with PKCE).

Owns: every request that goes out to the provider, and the checks of what comes back. Must not know an account nor the
request of the browser. Nothing here runs inside a transaction. Requests go to the issuer's own host alone, over https
(plain http only to this very machine), follow no redirect, take seconds at most and read one megabyte at most.
"""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter

from tracker import clock
from tracker.accounts.entering import AtProvider
from tracker.accounts.oidc_strength import LEEWAY, Demand, NotBelieved, demand_of
from tracker.accounts.sign_in_service import ProviderSilent
from tracker.config import Settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that the provider alone has: neither `none` nor HS256 and its like."""
SCOPE = "openid profile email"
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.0, 5.0, 10.0
MOST_BYTES = 1_000_000
PAPERS_LAST_SECONDS = 600.0
SILENCE_SECONDS = 15.0
"""How long a provider that did not answer is not asked again: its clicks must not hold up the pages of others."""
_CHUNK = 65_536
_DOCUMENT = "/.well-known/openid-configuration"
_WANTED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class _Bounded(HTTPAdapter):
    """Sends to one host only, for a bounded time, and reads a bounded answer."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def send(self, request: requests.PreparedRequest, *_more: Any, **options: Any) -> requests.Response:
        """Send one request. Raises ProviderSilent."""
        if origin_of(request.url or "") != self._origin:
            raise ProviderSilent("another host")
        until = time.monotonic() + WHOLE_SECONDS
        options |= {"stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS), "proxies": {}}
        response = super().send(request, **options)
        if response.is_redirect or response.is_permanent_redirect:
            raise ProviderSilent("redirect")
        body = b""
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > MOST_BYTES or time.monotonic() > until:
                response.close()
                raise ProviderSilent("too long an answer")
        response._content = body
        return response


@dataclass
class Provider:
    """The configured sign-in service, as one process knows it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    claim: str
    demand: Demand = field(default_factory=Demand)
    _papers: dict[str, str] = field(default_factory=dict)
    _papers_until: float = 0.0
    _silent_until: float = 0.0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def address_to_go(self, leaving: AtProvider) -> str:
        """Where the browser is sent to sign in. Raises ProviderSilent."""
        address, _state = self._session().create_authorization_url(
            self._paper("authorization_endpoint"),
            state=leaving.token,
            nonce=leaving.nonce,
            code_verifier=leaving.verifier,
            **self.demand.asked(anew=leaving.anew_since is not None),
        )
        return str(address)

    def claims(self, code: str, left: AtProvider) -> dict[str, Any]:
        """What the provider says of the person who comes back with this code.

        Raises ProviderSilent, NotBelieved, and its kinds TooWeak and TooOld where the proof is not as demanded.
        """
        try:
            with self._session() as session:
                token = session.fetch_token(
                    self._paper("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=left.verifier,
                )
                keys = self._read(session, self._paper("jwks_uri"))
        except AuthlibBaseError as error:
            raise NotBelieved(f"code refused: {error.error}"[:100]) from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderSilent(type(error).__name__) from error
        claims = self._checked(token, keys, left.nonce)
        self.demand.check(claims, clock.now(), anew_since=left.anew_since)
        return claims

    def papers(self) -> dict[str, str]:
        """The provider's own addresses (discovery), kept for ten minutes. Raises ProviderSilent."""
        now = time.monotonic()
        with self._lock:
            if self._papers and now < self._papers_until:
                return self._papers
            if now < self._silent_until:
                raise ProviderSilent("silent a moment ago")
        try:
            found = self._asked()
        except ProviderSilent:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            raise
        with self._lock:
            self._papers, self._papers_until, self._silent_until = found, now + PAPERS_LAST_SECONDS, 0.0
        return found

    def _asked(self) -> dict[str, str]:
        try:
            with self._session() as session:
                found = self._read(session, self.issuer.rstrip("/") + _DOCUMENT)
        except (requests.RequestException, ValueError) as error:
            raise ProviderSilent(type(error).__name__) from error
        if found.get("issuer") != self.issuer:
            raise ProviderSilent("its papers name another issuer")
        papers = {name: str(found.get(name, "")) for name in _WANTED}
        if any(origin_of(address) != origin_of(self.issuer) for address in papers.values()):
            raise ProviderSilent("its papers name another host")
        return papers

    def _paper(self, name: str) -> str:
        return self.papers()[name]

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            client_id=self.client_id,
            client_secret=self.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )
        session.trust_env = False
        session.adapters.clear()
        session.mount(origin_of(self.issuer) + "/", _Bounded(origin_of(self.issuer)))
        return session

    @staticmethod
    def _read(session: OAuth2Session, address: str) -> dict[str, Any]:
        response = session.request("GET", address, withhold_token=True, allow_redirects=False)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict):
            raise ProviderSilent("no JSON object")
        return found

    def _checked(self, token: dict[str, Any], keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token: signature, issuer, audience, time and nonce are ours. Raises NotBelieved."""
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            found = jwt.decode(str(token.get("id_token") or ""), key_set, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                },
                {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=int(LEEWAY.total_seconds()))
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as error:
            raise NotBelieved(f"ID token: {type(error).__name__}") from error
        if not isinstance(claims.get("sub"), str) or not claims["sub"] or len(claims["sub"]) > 255:
            raise NotBelieved("ID token: no subject")
        return dict(claims)


def provider_of(settings: Settings) -> Provider | None:
    """The sign-in service of these settings; None where none is set."""
    if not settings.oidc_issuer:
        return None
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=settings.base_url + "/sign-in/oidc/return",
        claim=settings.oidc_claim,
        demand=demand_of(settings),
    )


def origin_of(address: str) -> str:
    """scheme://host:port; '' for what has none."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname and not parts.username else ""
