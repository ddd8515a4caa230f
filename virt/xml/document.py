"""How is XML parsed and written: a hardened parser, at most 1 MiB, no document type."""

from typing import Any, TypeAlias

from lxml import etree  # type: ignore[attr-defined]

from virt.errors import InvalidDefinition

MAX_BYTES = 1024 * 1024
Element: TypeAlias = Any  # lxml brings no types


def parse(text: str | bytes) -> Element:
    """Return the root element, or raise InvalidDefinition: too long, not well-formed, or with a
    document type.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise InvalidDefinition("The XML document is larger than 1 MiB.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidDefinition(
            "The XML document is not well-formed.", detail=str(error)
        ) from error
    if root.getroottree().docinfo.doctype:
        raise InvalidDefinition("The XML document has a document type, which is not accepted.")
    return root


def render(root: Element) -> str:
    """Return the document as indented text."""
    etree.indent(root, "  ")
    text: str = etree.tostring(root, encoding="unicode")
    return text + "\n"


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: str | int) -> Element:
    """Append a child; an attribute whose name is a Python word ends in ``_``, and "" leaves the
    attribute out.
    """
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value != "":
            child.set(name.rstrip("_"), clean(str(value)))
    if text is not None:
        child.text = clean(text)
    return child


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold (control characters, lone
    surrogates).
    """
    return "".join(char for char in text if _is_allowed(ord(char)))


def _is_allowed(point: int) -> bool:
    return (
        point in {0x9, 0xA, 0xD}
        or 0x20 <= point <= 0xD7FF
        or 0xE000 <= point <= 0xFFFD
        or point >= 0x10000
    )
