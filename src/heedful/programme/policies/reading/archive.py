"""The zip that a Word document is: looked over before anything in it is read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from heedful.programme.policies.reading.values import MOST_PARTS, MOST_UNPACKED_BYTES, PolicyRefused

MOST_XML_DEPTH = 200
_READ_BYTES = 64 * 1024
_LOCAL_HEADER_BYTES = 30
_END = b"PK\x05\x06"
_END_BYTES = 22
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PROGRAMS = ("vbaproject", "vbadata", "/activex/", "macrosheet", "attachedtoolbars")
_OTHER_FILES = ("/embeddings/", "oleobject")
_OTHER_ENDINGS = (".bin", ".exe", ".dll", ".js", ".vbs", ".hta", ".docx", ".docm", ".xlsx", ".xlsm", ".zip")
_MAY_LEAD_OUT = "/hyperlink"


def checked_archive(content: bytes) -> zipfile.ZipFile:
    """The archive, once every part of it is known to be harmless to unpack. Raises PolicyRefused."""
    _is_nothing_but_a_zip(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as fault:
        raise PolicyRefused("malformed", "its list of parts") from fault
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise PolicyRefused("bomb", f"{len(entries):,} parts")
    _names_are_plain(entries)
    _parts_lie_side_by_side(content, entries)
    _unpacks_to_what_it_says(archive, entries)
    _holds_no_programs(archive, entries)
    return archive


def _is_nothing_but_a_zip(content: bytes) -> None:
    end = content.rfind(_END)
    if end < 0:
        raise PolicyRefused("malformed", "it ends too early")
    if end + _END_BYTES != len(content):
        raise PolicyRefused("polyglot", "behind the document")
    size, start = struct.unpack_from("<II", content, end + 12)
    if not content.startswith(b"PK\x03\x04") or size + start != end:
        raise PolicyRefused("polyglot", "before or inside the document")


def _names_are_plain(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or name.lower() in seen:
            raise PolicyRefused("malformed", "a part has a name that none should have")
        if entry.flag_bits & 0x1:
            raise PolicyRefused("encrypted")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise PolicyRefused("malformed", "a part is packed in an unusual way")
        seen.add(name.lower())


def _parts_lie_side_by_side(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Parts that share bytes are how a small file unpacks to an endless one; bytes between parts are somebody else's."""
    free = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        at = entry.header_offset
        if at < free or content[at : at + 4] != b"PK\x03\x04" or at + _LOCAL_HEADER_BYTES > len(content):
            raise PolicyRefused("bomb" if at < free else "malformed", "parts that lie over one another")
        if at - free > 24:  # a data descriptor may stand there
            raise PolicyRefused("polyglot", "between the parts of the document")
        name_bytes, extra_bytes = struct.unpack_from("<HH", content, at + 26)
        free = at + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes + entry.compress_size
    if free > len(content):
        raise PolicyRefused("malformed", "it ends too early")


def _unpacks_to_what_it_says(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        try:
            unpacked = 0
            with archive.open(entry) as part:
                while piece := part.read(_READ_BYTES):
                    unpacked += len(piece)
                    if unpacked > entry.file_size:
                        raise PolicyRefused("bomb", entry.filename)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error) as fault:
            raise PolicyRefused("malformed", _part(entry.filename)) from fault


def _holds_no_programs(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = f"/{entry.filename.lower()}"
        if any(part in name for part in _PROGRAMS):
            raise PolicyRefused("macros", _part(entry.filename))
        if any(part in name for part in _OTHER_FILES) or name.endswith(_OTHER_ENDINGS):
            raise PolicyRefused("embedded", _part(entry.filename))
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names:
        raise PolicyRefused("kind_differs", "it is a zip, not a Word document")
    main = False
    for entry in entries:
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        for tag, given in _elements(archive.read(entry), entry.filename):
            kind = given.get("ContentType", "")
            main |= entry.filename == "[Content_Types].xml" and kind == _MAIN
            if "macroenabled" in kind.lower() or "vbaproject" in kind.lower():
                raise PolicyRefused("macros", _part(entry.filename))
            if tag == "Relationship" and given.get("TargetMode") == "External" and not given.get("Type", "").endswith(_MAY_LEAD_OUT):
                raise PolicyRefused("outside", _part(entry.filename))
            if tag in {"OLEObject", "altChunk"}:
                raise PolicyRefused("embedded", _part(entry.filename))
    if not main:
        raise PolicyRefused("kind_differs", "it is an Office file, but no Word document")


def _elements(content: bytes, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The start tags of one part. Raises PolicyRefused for a document type, in whatever encoding, and for broken XML."""
    found: list[tuple[str, dict[str, str]]] = []
    depth = 0

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_XML_DEPTH:
            raise PolicyRefused("too_complex")
        local = tag.rpartition(" ")[2]
        if local in {"OLEObject", "altChunk"} or given.keys() & {"ContentType", "TargetMode"}:
            found.append((local, given))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*given: object) -> None:
        raise PolicyRefused("entities", _part(name))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise PolicyRefused("malformed", _part(name)) from fault
    yield from found


def _part(name: str) -> str:
    """A part's name as it may be shown: it is the file's own word, so short and plain."""
    return f"part {''.join(letter for letter in name[:60] if letter.isprintable())}"
