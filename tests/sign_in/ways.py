"""The way out of the portal, to somebody else's sign-in."""

import re


def way_out(answer: object) -> str:
    """Return where the page sends the browser; a page, as forms may not lead elsewhere."""
    if answer.status_code == 302:  # type: ignore[attr-defined]
        return str(answer.headers["Location"])  # type: ignore[attr-defined]
    found = re.search(r"URL='([^']+)'", answer.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1].replace("&amp;", "&")
