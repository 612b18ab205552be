"""Signing a certificate's file: the office's signature, and the log's seal over every byte.

The office's key is a PKCS#12 file named in the settings. Without one a key is made here, once;
it shows that a file is whole and nothing about who vouches for it, and says so.
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from xinfeng.base import verifier
from xinfeng.base.note import SecretKey
from xinfeng.hours.public_log import LogProblem

TRIAL_NAME = "Xinfeng trial signature"
TRIAL_PASSWORD = b"trial"
TRIAL_DAYS = 3650
PROOF_NAME = "proof.json"
_FIELD = "Signature"


class _Signer(signers.SimpleSigner):
    """Leaves room for the log's seal beside the signature, where a timestamp would stand."""

    async def unsigned_attrs(self, *args: Any, **kwargs: Any) -> cms.CMSAttributes:
        blank = core.OctetString(bytes(verifier.SEAL_BYTES))
        return cms.CMSAttributes(
            [cms.CMSAttribute({"type": verifier.SEAL_OID, "values": [blank]})]
        )


@dataclass(frozen=True)
class Office:
    """Who signs certificates: the name in its key's certificate, and whether it is a trial."""

    signer: Any
    name: str
    is_trial: bool


def office() -> Office:
    file = Path(settings.CERTIFICATE_KEY_FILE or settings.CERTIFICATE_TRIAL_KEY_FILE)
    is_trial = not settings.CERTIFICATE_KEY_FILE
    if is_trial and not file.exists():
        _make_trial_key(file)
    password = TRIAL_PASSWORD if is_trial else settings.CERTIFICATE_KEY_PASSWORD.encode()
    return _load(file, file.stat().st_mtime_ns, password, is_trial)


@cache
def _load(file: Path, _changed: int, password: bytes, is_trial: bool) -> Office:
    load: Any = signers.SimpleSigner.load_pkcs12
    held = load(str(file), passphrase=password)
    if held is None:
        raise LogProblem(f"{file} cannot be read as a key of certificates: wrong password?")
    signer = _Signer(
        signing_cert=held.signing_cert,
        signing_key=held.signing_key,
        cert_registry=held.cert_registry,
    )
    return Office(signer, str(held.subject_name), is_trial)


def sign(body: bytes, proof: bytes, *, by: Office, key: SecretKey, at: datetime) -> bytes:
    """The finished file: body, proof attached, signed by the office, sealed by the log."""
    writer = IncrementalPdfFileWriter(BytesIO(body))
    _attach(writer, proof, at)
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES,
        certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES, name=by.name,
    )  # fmt: skip
    signed = signers.PdfSigner(about, signer=by.signer)
    out = asyncio.run(signed.async_sign_pdf(writer))
    return _seal(out.getvalue(), key)


def _attach(writer: IncrementalPdfFileWriter, proof: bytes, at: datetime) -> None:
    """Uncompressed and in one line, so that it is found without a reader of PDFs."""
    assert b"\n" not in proof
    held = embed.EmbeddedFileObject.from_file_data(
        writer, proof, compress=False, mime_type="application/json",
        params=embed.EmbeddedFileParams(modification_date=at),
    )  # fmt: skip
    spec = embed.FileSpec(
        PROOF_NAME, embedded_data=held, af_relationship=generic.pdf_name("/Data")
    )
    embed.embed_file(writer, spec)


def _seal(pdf: bytes, key: SecretKey) -> bytes:
    at = verifier.seal_place(pdf)
    seal = key.signature(verifier.sealed_text(pdf, at)).hex().upper().encode()
    return pdf[:at] + seal + pdf[at + len(seal) :]


def _make_trial_key(file: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TRIAL_NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=TRIAL_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=False,
                crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    packed = pkcs12.serialize_key_and_certificates(
        TRIAL_NAME.encode(), private, made, None, BestAvailableEncryption(TRIAL_PASSWORD)
    )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_bytes(packed)
    aside.replace(file)
