"""What phones and pages read of forms, phones and submissions."""

from .phones import device_of, forms_for, media_of, version_for

__all__ = ["device_of", "forms_for", "media_of", "version_for"]
