"""Finding and masking personal data in text: checksums where there are any, patterns elsewhere, and names that we were told."""

from assistant.language.pii.find import Finding, find
from assistant.language.pii.mask import Redaction, Redactor

__all__ = ["Finding", "Redaction", "Redactor", "find"]
