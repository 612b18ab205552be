"""A multipart body, taken apart while it arrives: files go to disk, hashed, never to memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from xinfeng.files import store
from xinfeng.files.store import Incoming, Received, TooLarge

from . import xml
from .reading import MOST_FILES, is_path

XML_PART = "xml_submission_file"
_IGNORED = frozenset({"*isIncomplete*", "Date", "csrfmiddlewaretoken", "deviceID"})
# Told to phones, which then send several batches; equal to what nginx is set to.
MOST_BYTES = 100 << 20
MOST_FILE_BYTES = 50 << 20
_CHUNK = 1 << 18
_MOST_PARTS = MOST_FILES + 8


@dataclass
class Parcel:
    """The form's bytes, and the files that came with it, by name."""

    xml: bytes = b""
    files: dict[str, Received] = field(default_factory=dict)


def unpack(read: Callable[[int], bytes], content_type: str, arriving: list[Incoming]) -> Parcel:
    """Read a body to its end, or refuse it; `arriving` is what the caller drops then."""
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise xml.Malformed("no_parts", _("Send the form as multipart/form-data."))
    parcel, part = Parcel(), _Part()
    try:
        with PushMultipartParser(
            options["boundary"], max_segment_count=_MOST_PARTS, max_segment_size=MOST_FILE_BYTES
        ) as parser:
            for chunk in _chunks(read):
                for event in parser.parse(chunk):
                    part = _take(event, part, parcel, arriving)
    except ParserLimitReached as problem:
        raise TooLarge(
            "too_many_parts",
            _("This is more than is taken at once: too many or too large files."),
        ) from problem
    except (MultipartError, UnicodeError, ValueError) as problem:
        raise xml.Malformed(
            "parts_broken", _("The parts of this form do not arrive whole.")
        ) from problem
    if not parcel.xml:
        raise xml.Malformed("no_xml", _("The part %(name)s is missing.") % {"name": XML_PART})
    return parcel


@dataclass
class _Part:
    name: str = ""
    incoming: Incoming | None = None
    text: bytearray | None = None


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    size = 0
    while chunk := read(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise TooLarge("body_too_large", store.too_large(MOST_BYTES))
        yield chunk


def _take(
    event: "MultipartSegment | bytes | bytearray | None",
    part: _Part,
    parcel: Parcel,
    arriving: list[Incoming],
) -> _Part:
    if isinstance(event, MultipartSegment):
        return _begin(event, parcel, arriving)
    if event is None:
        _end(part, parcel)
        return _Part()
    if part.incoming is not None:
        part.incoming.write(event)
    elif part.text is not None:
        part.text += event
        if len(part.text) > xml.MOST_BYTES:
            raise TooLarge("xml_too_large", store.too_large(xml.MOST_BYTES))
    return part


def _begin(segment: MultipartSegment, parcel: Parcel, arriving: list[Incoming]) -> _Part:
    name = segment.name
    if name == XML_PART:
        if parcel.xml:
            raise xml.Malformed("two_forms", _("Two forms came at once."))
        return _Part(name, text=bytearray())
    if name in _IGNORED:
        return _Part(name)
    # Phones give both names alike; a path in either is no accident.
    if is_path(name) or is_path(segment.filename or ""):
        raise xml.Malformed("file_name_is_path", _("A file is named like a path."))
    if name in parcel.files:
        # The first of a name is the evidence, in one body as in several.
        return _Part(name)
    arriving.append(Incoming(MOST_FILE_BYTES))
    return _Part(name, arriving[-1])


def _end(part: _Part, parcel: Parcel) -> None:
    if part.text is not None:
        parcel.xml = bytes(part.text)
    elif part.incoming is not None:
        parcel.files[part.name] = part.incoming.finish()
