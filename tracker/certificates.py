"""Until when a certificate is valid.

Owns: reading that one date out of a PEM file. Pure. Must not judge the certificate: browsers do.

The standard library reads certificates only while it speaks with a server, which the instance need not reach.
RFC 5280, 4.1: Certificate → TBSCertificate → [version], serial number, signature, issuer, validity.
"""

import re
import ssl
from datetime import UTC, datetime

_VERSION = 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_FORMS = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
_PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def valid_until(pem: str) -> datetime:
    """The instant when the first certificate of the text ends. Raises ValueError when there is none to be read."""
    found = _PEM.search(pem)
    if found is None:
        raise ValueError("no certificate")
    try:
        (whole,) = _parts(ssl.PEM_cert_to_DER_cert(found[0]))
        signed = _parts(_parts(whole[1])[0][1])
        validity = signed[4] if signed[0][0] == _VERSION else signed[3]
        form, end = _parts(validity[1])[1]
        return datetime.strptime(end.decode("ascii"), _FORMS[form]).replace(tzinfo=UTC)
    except (IndexError, KeyError) as error:
        raise ValueError("not a certificate") from error


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element (DER)."""
    parts, at = [], 0
    while at < len(content):
        tag, length, at = content[at], content[at + 1], at + 2
        if length & 0x80:  # the length itself takes several bytes
            size = length & 0x7F
            length, at = int.from_bytes(content[at : at + size], "big"), at + size
        if at + length > len(content):
            raise ValueError("a certificate that was cut")
        parts.append((tag, content[at : at + length]))
        at += length
    return parts
