"""A small OpenID Connect provider: real HTTP, real RS256 keys, and lies on request."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from typing_extensions import override

CLIENT, SECRET = "setright", "a client's secret"


@dataclass
class Provider:
    """What the provider is asked to say of whoever signs in; `lies` replace claims of its token."""

    issuer: str = ""
    email: str = ""
    lies: dict[str, Any] = field(default_factory=dict)
    kid: str = "k1"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    forger: rsa.RSAPrivateKey | None = None  # signs in the key's place
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # what browsers were sent with, by code

    def visit(self, url: str) -> dict[str, str]:
        """What a browser brings back after its user has signed in at `url`."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, form: dict[str, str]) -> dict[str, str]:
        """The answer to a code."""
        query = self.asked.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if query is None or query["code_challenge"] != challenge.rstrip("="):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "u-1",
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
        }
        claims |= {"email": self.email, "email_verified": True} | self.lies
        return {"id_token": jwt.encode(claims, self.forger or self.key, "RS256", headers={"kid": self.kid})}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Serve a provider on this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = provider.issuer
            if self.path.endswith("openid-configuration"):
                self._tell(
                    {
                        "issuer": base,
                        "authorization_endpoint": f"{base}/authorize",
                        "token_endpoint": f"{base}/token",
                        "jwks_uri": f"{base}/keys",
                    }
                )
            else:
                key = RSAAlgorithm.to_jwk(provider.key.public_key(), as_dict=True)
                self._tell({"keys": [{**key, "kid": provider.kid, "use": "sig", "alg": "RS256"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            assert self.headers["Authorization"] == f"Basic {known}"
            self._tell(provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        def _tell(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(400 if "error" in str(value)[:9] else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
