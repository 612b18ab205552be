from .devices import Device
from .forms import Form, FormMedia, FormState, FormVersion, VersionState
from .submissions import Completion, Submission, SubmissionFile, Withdrawal

__all__ = [
    "Completion",
    "Device",
    "Form",
    "FormMedia",
    "FormState",
    "FormVersion",
    "Submission",
    "SubmissionFile",
    "VersionState",
    "Withdrawal",
]
