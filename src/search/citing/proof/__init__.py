"""What proves, without the index, which wording was indexed? A small file for each citation.

``files`` says what is in it and reads it, however hostile; ``verifying`` says whether it holds.
"""

from .files import Proof, proof_json, proof_of, read_proof
from .verifying import Verification, verify, verify_in

__all__ = [
    "Proof",
    "Verification",
    "proof_json",
    "proof_of",
    "read_proof",
    "verify",
    "verify_in",
]
