"""A stand-in for Microsoft Entra's token service: OpenID document and client credentials with a signed assertion.

Written from RFC 7523 and the published description of certificate credentials: header `x5t#S256`, PS256, audience is
the token endpoint, issuer and subject are the client.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import secrets
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

TENANT = "0f3c1c1e-7a0c-4f39-9d2c-2f5b3c7f1a11"
CLIENT = "5b1f7a52-93a5-4f6e-8b0e-6d3f1c2a9e77"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@lru_cache(maxsize=8)
def pem(name: str) -> str:
    """A private key and its certificate of that name, also good for the address 127.0.0.1; made once per run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def write_pem(name: str, folder: Path) -> Path:
    path = folder / f"{name}.pem"
    path.write_text(pem(name))
    return path


@dataclass
class EntraServer:
    """What is registered, what was asked, which tokens are good."""

    root: str
    scope: str
    registered: list[str] = field(default_factory=lambda: ["application"])
    token_seconds: int = 3600
    logins: int = 0
    refused: int = 0
    issued: list[str] = field(default_factory=list)
    _valid: dict[str, float] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def document(self, tenant: str) -> tuple[int, dict[str, Any]]:
        if tenant != TENANT:
            return 400, {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."}
        base = f"{self.root}/{tenant}"
        return 200, {
            "issuer": f"{base}/v2.0",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def token(self, tenant: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.logins += 1
        error = self._wrong(tenant, form)
        if error:
            self.refused += 1
            return 401, {"error": "invalid_client", "error_description": error}
        token = secrets.token_urlsafe(40)
        self.issued.append(token)
        self._valid[token] = time.time() + self.token_seconds
        return 200, {
            "token_type": "Bearer",
            "expires_in": self.token_seconds,
            "ext_expires_in": self.token_seconds,
            "access_token": token,
        }

    def good(self, authorization: str) -> bool:
        kind, _, token = authorization.partition(" ")
        return kind == "Bearer" and self._valid.get(token, 0) > time.time()

    def revoke(self) -> None:
        """Every token given so far is worth nothing."""
        self._valid.clear()

    def _wrong(self, tenant: str, form: dict[str, str]) -> str:
        if tenant != TENANT:
            return "AADSTS90002: Tenant not found."
        if form.get("client_id") != CLIENT:
            return "AADSTS700016: Application not found in the directory."
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION:
            return "AADSTS7000216: client_assertion is required."
        if form.get("scope") != self.scope:
            return "AADSTS1002012: The provided value for scope is not valid."
        assertion = form.get("client_assertion", "")
        for name in self.registered:
            certificate = x509.load_pem_x509_certificate(pem(name)[pem(name).index("-----BEGIN CERT") :].encode())
            thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
            if jwt.get_unverified_header(assertion).get("x5t#S256", "").rstrip("=") == thumbprint:  # msal pads
                return self._forged(assertion, certificate, tenant)
        return "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered."

    def _forged(self, assertion: str, certificate: x509.Certificate, tenant: str) -> str:
        key = certificate.public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            claims = jwt.decode(
                assertion,
                key,
                algorithms=["PS256"],
                audience=f"{self.root}/{tenant}/oauth2/v2.0/token",
                issuer=CLIENT,
                options={"require": ["exp", "iss", "sub", "jti", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            return f"AADSTS700027: Client assertion failed signature validation: {error}"
        if claims["sub"] != CLIENT:
            return "AADSTS700021: issuer and subject differ."
        return ""
