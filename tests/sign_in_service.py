"""Sign-in services on this machine: a whole one as a process of its own, and one that lies as a test wants it to.

Knows no page of ours. `Liar` keeps what it was asked; its attributes say what it answers.
"""

import base64
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

_RSA = RSAKey.generate_key(2048)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def whole_service(*people: dict[str, object]) -> Iterator[str]:
    """The address of a running OpenID provider that knows these people (their claims, `sub` among them)."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    for claims in people:
        command += ["--user-claims", json.dumps(claims)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the sign-in service ended at once")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the sign-in service does not answer")


def _url_safe(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


class Liar:
    """A provider that answers what its attributes say."""

    def __init__(self) -> None:
        self.key, self.other_key = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
        self.claims: dict[str, Any] = {}
        self.without: set[str] = set()
        self.nonce = ""
        self.sign = "ES256"
        self.papers: dict[str, Any] = {}
        self.token: dict[str, Any] | None = None
        self.redirect_to = ""
        self.status = 200
        self.endless = False
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.address = ""

    def id_token(self) -> str:
        """An ID token for `claims`, signed as `sign` says."""
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": "tracker",
            "sub": "s-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "preferred_username": "officer_a",
        } | self.claims
        claims = {name: value for name, value in claims.items() if name not in self.without}
        if self.sign in {"none", "HS256"}:
            return self._signed_by_hand(claims)
        key = self.other_key if self.sign == "other key" else self.key
        made = jwt.encode({"alg": "ES256", "kid": self.key.thumbprint()}, claims, key)
        return made[:-6] + "AAAAAA" if self.sign == "changed" else made

    def _signed_by_hand(self, claims: dict[str, Any]) -> str:
        """Without signature, or by HMAC with the public key as the secret: libraries rightly refuse to make these."""
        header = {"alg": self.sign, "kid": _RSA.thumbprint()}
        signed = b".".join(_url_safe(json.dumps(part).encode()) for part in (header, claims))
        secret = _RSA.as_pem(private=False)
        mark = hmac.digest(secret, signed, "sha256") if self.sign == "HS256" else b""
        return (signed + b"." + _url_safe(mark)).decode()

    def answer(self, path: str) -> dict[str, Any]:
        """The JSON for a path."""
        if path.startswith("/.well-known/"):
            return {
                "issuer": self.address,
                "authorization_endpoint": self.address + "/authorize",
                "token_endpoint": self.address + "/token",
                "jwks_uri": self.address + "/keys",
            } | self.papers
        if path.startswith("/keys"):
            keys = KeySet([self.key, _RSA]).as_dict(private=False)
            for key in keys["keys"]:
                key["kid"] = self.key.thumbprint() if key["kty"] == "EC" else _RSA.thumbprint()
            return dict(keys)
        return self.token or {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}


@contextmanager
def lying_service() -> Iterator[Liar]:
    """A running `Liar`."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            liar.asked.append(
                (self.path, {k: v[0] for k, v in parse_qs(body).items()}, dict(self.headers.items()))
            )
            if liar.redirect_to:
                self.send_response(302)
                self.send_header("Location", liar.redirect_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            content = json.dumps(liar.answer(self.path)).encode()
            self.send_response(liar.status)
            self.send_header("Content-Type", "application/json")
            if not liar.endless:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if not liar.endless else b" " * 3_000_000)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
