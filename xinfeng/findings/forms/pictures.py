"""Several pictures in one field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinfeng.findings.wishes import Upload


class Camera(forms.ClearableFileInput):
    """A phone offers its camera and its album; several at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Pictures(forms.FileField):
    """What they are is looked into where they are kept; here only that some came."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/*", "multiple": True}
        kwargs.setdefault("label", _("Pictures"))
        super().__init__(widget=Camera(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        files = [super(Pictures, self).clean(one, initial) for one in given]
        return [Upload(file.file, file.name) for file in files]
