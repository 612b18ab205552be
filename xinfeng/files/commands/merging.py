"""Part of merging two accounts, which the room of people journals."""

from datetime import datetime

from xinfeng.files.models import File
from xinfeng.people.models import Person


def move(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    File.objects.filter(uploaded_by=gone).update(uploaded_by=keep)
