"""S/MIME messages (RFC 8551): a signed one is taken out of its wrapping, an encrypted one is not opened."""

from __future__ import annotations

from asn1crypto import cms


class Sealed(Exception):
    """The message is encrypted, or wrapped in a way that is not read here."""


def unwrapped(data: bytes) -> bytes:
    """The MIME entity inside an opaque signed message; empty when it carries certificates only. Raises `Sealed`.

    The signature is not checked and proves nothing about the sender.
    """
    try:
        outer = cms.ContentInfo.load(data)
        if outer["content_type"].native != "signed_data":
            raise Sealed
        content = outer["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Sealed from error
    return content if isinstance(content, bytes) else b""
