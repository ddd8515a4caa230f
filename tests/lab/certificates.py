"""Make the certificates of a lab: an authority, one certificate for its hosts, one for the portal.

Run as `python certificates.py FOLDER NAME-OR-ADDRESS…`; needs `cryptography` and nothing of ours,
so that a lab made by hand can run it in the portal's environment.
"""

import ipaddress
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


class Authority:
    """Who signs the certificates of one lab."""

    def __init__(self, name: str = "Guesthouse lab") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        usage = _usage(signs=True)
        builder = _builder(self._name, self._name, self._key.public_key(), DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        self.certificate = builder.add_extension(usage, True).sign(self._key, hashes.SHA256())

    def write(self, folder: Path) -> None:
        """Write the authority's certificate as libvirt calls it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cacert.pem").write_bytes(_pem(self.certificate))

    def issue(
        self, folder: Path, kind: str, names: Iterable[str] = (), *, lasts: timedelta = DAY
    ) -> None:
        """Write authority, certificate and key of a "server" or "client" into a folder."""
        self.write(folder)
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = {
            "server": ExtendedKeyUsageOID.SERVER_AUTH,
            "client": ExtendedKeyUsageOID.CLIENT_AUTH,
        }[kind]
        builder = _builder(_name(f"lab {kind}"), self._name, key.public_key(), lasts)
        builder = builder.add_extension(_usage(signs=False), True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), False)
        if known := [_general(name) for name in names]:
            builder = builder.add_extension(x509.SubjectAlternativeName(known), False)
        certificate = builder.sign(self._key, hashes.SHA256())
        (folder / f"{kind}cert.pem").write_bytes(_pem(certificate))
        path = folder / f"{kind}key.pem"
        path.touch(0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - 2 * DAY).not_valid_after(now + lasts)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=not signs,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs, crl_sign=signs,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def main(folder: Path, names: Sequence[str]) -> None:
    """Make the folders `server` and `client`, and forget the authority's key."""
    authority = Authority()
    authority.issue(folder / "server", "server", names)
    authority.issue(folder / "client", "client")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
