from .devices import Device, RevokeReason
from .forms import Form, FormMedia, FormState, FormVersion, VersionState
from .submissions import (
    Completion,
    Submission,
    SubmissionFile,
    SubmissionQuerySet,
    Withdrawal,
)

__all__ = [
    "Completion",
    "Device",
    "Form",
    "FormMedia",
    "FormState",
    "FormVersion",
    "RevokeReason",
    "Submission",
    "SubmissionFile",
    "SubmissionQuerySet",
    "VersionState",
    "Withdrawal",
]
