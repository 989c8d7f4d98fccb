"""The evidence of a signed document."""

from pathlib import Path

from foundation.signing.models import SignedDocument


def evidence_of(document: SignedDocument) -> Path | None:
    """Return where the evidence file lies, None until it is made."""
    return None
