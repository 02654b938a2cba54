"""Documents read: plain text, Markdown, PDF and saved web pages become sections of text under headings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import PurePath

from assistant.domain.errors import InvalidInput

MAX_BYTES = 10_000_000
MAX_PAGES = 400
MAX_CHARACTERS = 2_000_000
KINDS = {
    ".txt": "text/plain", ".text": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown",
    ".pdf": "application/pdf", ".html": "text/html", ".htm": "text/html",
}  # fmt: skip

#: A sentence that talks to a machine instead of telling a customer something is stored, but never quoted.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:previous|prior|above|earlier|all|any|your|these|the)\b[^.]{0,40}\b(?:instruction|prompt|rule|message|direction)s?\b"
    r"|\byou are (?:now|an? (?:ai|assistant|language model|chatbot))\b|\bsystem prompt\b|\bas an ai\b|\b(?:assistant|ai|chatbot|language model)s?\b[^.]{0,20}\b(?:must|should|shall|has to|have to)\b"  # noqa: E501
    r"|<\|[^>]*\|>|\[/?INST\]|^(?:system|assistant|user):",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """Text under a heading; nested headings are joined ("Prices > Children")."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    mime: str
    sections: tuple[Section, ...]


def kind_of(name: str, declared: str | None = None) -> str:
    """The kind by declared type or file name; `InvalidInput` for what cannot be read."""
    declared = (declared or "").split(";")[0].strip().lower()
    if declared in KINDS.values() and declared != "text/plain":
        return declared
    found = KINDS.get(PurePath(name).suffix.lower()) or (declared if declared in KINDS.values() else None)
    if found is None:
        raise InvalidInput("documents may be text, Markdown, PDF or a saved web page (.html)", code="document_kind")
    return found


def read(name: str, content: bytes, *, declared: str | None = None) -> Document:
    """Synchronous and CPU-bound (PDF): call it in a thread. `InvalidInput` says what is wrong with the file."""
    if len(content) > MAX_BYTES:
        raise InvalidInput(f"a document may have at most {MAX_BYTES // 1_000_000} MB", code="document_too_large")
    mime = kind_of(name, declared)
    title = re.sub(r"[_-]+", " ", PurePath(name).stem).strip() or "document"
    if mime == "application/pdf":
        found = _pdf(content)
        sections = list(_plain_sections(found))
    elif mime == "text/html":
        page = _Page()
        page.feed(_decoded(content))
        page.close()
        title = page.title or title
        sections = page.sections()
    elif mime == "text/markdown":
        sections = list(_markdown(_decoded(content)))
    else:
        sections = list(_plain_sections(_decoded(content)))
    sections = [Section(_tidy(section.heading), text) for section in sections if (text := _tidy_lines(section.text))]
    if not sections:
        raise InvalidInput("there is no text in this document", code="document_empty")
    if sum(len(section.text) for section in sections) > MAX_CHARACTERS:
        raise InvalidInput("this document has too much text", code="document_too_large")
    if mime == "text/markdown" and (first := re.match(r"\s*#\s+(.+)", _decoded(content))):
        title = _tidy(first.group(1))
    return Document(title[:200], mime, tuple(sections))


def is_an_order(sentence: str) -> bool:
    """Whether a sentence tries to instruct an assistant."""
    return bool(_ORDERS.search(sentence))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise InvalidInput("this file is not text", code="document_kind")
    return text


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _tidy_lines(text: str) -> str:
    return "\n".join(line for line in (_tidy(line) for line in text.splitlines()) if line)


# -- Markdown and plain text ---------------------------------------------------------------------------------------------------------

_INLINE = ((r"!\[([^\]]*)\]\([^)]*\)", r"\1"), (r"\[([^\]]+)\]\([^)]*\)", r"\1"), (r"[*_`~]{1,3}(\S(?:.*?\S)?)[*_`~]{1,3}", r"\1"))


def _markdown(text: str) -> Iterator[Section]:
    """Headings nest; the first level is the document's title and is left out of the path."""
    path: list[tuple[int, str]] = []
    held: list[str] = []
    fenced = False
    for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            held.append("")
            continue
        heading = None if fenced else re.match(r"(#{1,6})\s+(.*?)\s*#*\s*$", line)
        if heading is None:
            held.append(line)
            continue
        yield Section(_path(path), _paragraphs(held))
        held = []
        level = len(heading.group(1))
        path = [*(entry for entry in path if entry[0] < level), (level, _inline(heading.group(2)))]
    yield Section(_path(path), _paragraphs(held))


def _path(path: list[tuple[int, str]]) -> str:
    return " > ".join(name for level, name in path if level > 1)


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = re.sub(pattern, replacement, text)
    return text


def _paragraphs(lines: list[str]) -> str:
    """One paragraph, list item or table row a line."""
    found: list[str] = []
    fresh = True
    for line in lines:
        stripped = line.strip()
        if not stripped or re.fullmatch(r"[|:\s=*-]+", stripped):
            fresh = True
            continue
        item = re.match(r"(?:[-*+•]|\d+[.)])\s+(.*)", stripped)
        if stripped.startswith("|"):
            found.append(": ".join(cell.strip() for cell in _inline(stripped).strip("|").split("|") if cell.strip()))
        elif item or fresh or not found:
            found.append(_inline(item.group(1) if item else stripped.lstrip("> ")))
        else:
            found[-1] += " " + _inline(stripped.lstrip("> "))
        fresh = stripped.startswith("|")
    return "\n".join(found)


def _plain_sections(text: str) -> Iterator[Section]:
    """Paragraphs under lines that look like headings: short, alone, without an end mark."""
    heading = ""
    held: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        first = lines[0].strip()
        looks = len(first) <= 70 and not re.search(r"[.!?,;:]$", first) and len(first.split()) <= 9 and re.match(r"[A-Z0-9]", first)
        underlined = len(lines) > 1 and re.fullmatch(r"[=-]{3,}", lines[1].strip())
        if looks and (len(lines) == 1 or underlined):
            yield Section(heading, _paragraphs(held))
            heading, held = first, []
            lines = lines[2:] if underlined else []
        held += ["", *lines]
    yield Section(heading, _paragraphs(held))


# -- PDF -----------------------------------------------------------------------------------------------------------------------------


def _pdf(content: bytes) -> str:
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InvalidInput("this PDF needs a password", code="document_locked")
        if len(reader.pages) > MAX_PAGES:
            raise InvalidInput(f"a PDF may have at most {MAX_PAGES} pages", code="document_too_large")
        pages: list[str] = []
        for page in reader.pages:
            pages.append(page.extract_text() or "")
            if sum(map(len, pages)) > MAX_CHARACTERS:
                raise InvalidInput("this document has too much text", code="document_too_large")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise InvalidInput("this PDF is damaged", code="document_damaged") from error
    if not any(page.strip() for page in pages):
        raise InvalidInput("this PDF holds pictures of text only; save it with its text first", code="document_empty")
    return _reflowed("\n\n".join(pages))


def _reflowed(text: str) -> str:
    """PDF lines joined to paragraphs: words cut by a hyphen mended, page numbers dropped, short lines before text kept as headings."""
    text = re.sub(r"(\w)-\n(?=[a-z])", r"\1", text)
    found: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if re.fullmatch(r"(?:page )?\d{1,4}(?: (?:of|/) \d{1,4})?", line, re.IGNORECASE):
            continue
        heading = 0 < len(line) <= 60 and not re.search(r"[.!?,;:]$", line) and re.match(r"(?:\d+(?:\.\d+)*\.? )?[A-Z]", line)
        ended = not found or not found[-1] or re.search(r"[.!?:]$", found[-1])
        found += ["", line, ""] if heading and ended and len(line.split()) <= 8 else [line]
    return "\n".join(found)


# -- web pages -----------------------------------------------------------------------------------------------------------------------

_SKIPPED_TAGS = "script style noscript template svg nav form button iframe head select textarea"
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCKS = {
    "p",
    "div",
    "li",
    "tr",
    "br",
    "section",
    "article",
    "main",
    "dd",
    "dt",
    "table",
    "ul",
    "ol",
    "blockquote",
    "td",
    "th",
    "figcaption",
}
_VOID = {"br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}


class _Page(HTMLParser):
    """Visible text of a saved page by headings; what a reader would not see is not read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._hidden: list[str] = []
        self._in_title = False
        self._heading: int | None = None
        self._path: list[tuple[int, str]] = []
        self._text: list[str] = []
        self._found: list[Section] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = True
        if tag in _VOID:
            self._break(tag)
            return
        values = {name: (value or "") for name, value in attrs}
        style = values.get("style", "").replace(" ", "").lower()
        unseen = "hidden" in values or values.get("aria-hidden") == "true" or "display:none" in style or "visibility:hidden" in style
        if self._hidden or tag in _SKIPPED or unseen:
            self._hidden.append(tag)
            return
        if re.fullmatch(r"h[1-6]", tag):
            self._flush()
            self._heading = int(tag[1])
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if self._hidden:
            if tag in self._hidden:
                while self._hidden and self._hidden.pop() != tag:
                    pass
            return
        if self._heading is not None and tag == f"h{self._heading}":
            name = _tidy("".join(self._text))
            self._path = [*(entry for entry in self._path if entry[0] < self._heading), (self._heading, name)]
            self._text, self._heading = [], None
        if tag not in ("td", "th"):
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = _tidy(self.title + data)
        elif not self._hidden:
            self._text.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if not self._hidden and self._heading is None and tag in _BLOCKS:
            self._text.append(": " if tag in ("td", "th") and self._text and not self._text[-1].endswith("\n") else "\n")

    def _flush(self) -> None:
        text = re.sub(r"(?:: )+(?=\n|$)", "", "".join(self._text))
        self._found.append(Section(_path(self._path), text))
        self._text = []

    def sections(self) -> list[Section]:
        self._flush()
        return self._found
