"""A SAML identity provider for tests: pysaml2 behind a small web server, in its own process.

Who is signed in there, and how it is to answer, is told to it with PUT /told; what it knows of the
portal, with PUT /know. Everything else is what browsers ask of an identity provider.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from saml2 import BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NameID
from saml2.server import Server
from saml2.sigver import get_xmlsec_binary
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from tests.sign_in.identity import keys

AUTHN = {"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": "here"}
PAGE = """<!doctype html><title>Identity provider</title>
<form method="post" action="{action}"><input type="hidden" name="SAMLResponse" value="{answer}">
<input type="hidden" name="RelayState" value="{relay}"><button>Continue</button></form>
<script>document.forms[0].submit()</script>"""


class Identity:
    """The provider, and the one person who is signed in at it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        self.told: dict[str, Any] = {}
        for name in ("own", "stolen"):
            certificate, key = keys.make(name)
            (folder / f"{name}-cert.pem").write_text(certificate)
            (folder / f"{name}-key.pem").write_text(key)

    def server(self, pair: str = "own") -> Any:
        """Return pysaml2's server as it is now told to be, with one of its pairs of keys."""
        known = sorted(self.folder.glob("sp-*.xml"))
        policy = {
            "lifetime": {"minutes": self.told.get("minutes", 5)},
            "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
        }
        config = {
            "entityid": f"{self.url}/metadata",
            "xmlsec_binary": get_xmlsec_binary(),
            "allow_unknown_attributes": True,
            "key_file": str(self.folder / f"{pair}-key.pem"),
            "cert_file": str(self.folder / f"{pair}-cert.pem"),
            "metadata": {"local": [str(path) for path in known]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [(f"{self.url}/sso", BINDING_HTTP_REDIRECT)],
                        "single_logout_service": [(f"{self.url}/slo", BINDING_HTTP_REDIRECT)],
                    },
                    "policy": {"default": policy},
                    "signing_algorithm": SIG_RSA_SHA256,
                    "digest_algorithm": DIGEST_SHA256,
                    "want_authn_requests_signed": False,
                }
            },
        }
        return Server(config=IdPConfig().load(config))

    def metadata(self) -> str:
        """Return the provider's own description."""
        return str(entity_descriptor(self.server().config))

    def sso(self, query: dict[str, str]) -> str:
        """Answer who is there: a page that posts itself to the portal."""
        server, told = self.server(self.told.get("pair", "own")), self.told
        signing = {"sigalg": query.get("SigAlg"), "signature": query.get("Signature")}
        if told.get("remark"):
            encrypt = server._encrypt_assertion
            server._encrypt_assertion = lambda cert, whom, text: encrypt(
                cert, whom, str(text).replace("id-of", "id-of<!-- -->")
            )
        asked = server.parse_authn_request(
            query["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=query.get("RelayState"),
            **signing,
        ).message  # fmt: skip
        back = asked.assertion_consumer_service_url
        answer = server.create_authn_response(
            told.get("attributes", {}),
            in_response_to=asked.id,
            destination=told.get("destination", back),
            sp_entity_id=told.get("audience", asked.issuer.text),
            name_id=self.name_id(),
            authn=AUTHN,
            sign_response=told.get("sign_response", False),
            sign_assertion=told.get("sign_assertion", True),
            encrypt_assertion=told.get("encrypt", False),
            encrypt_assertion_self_contained=False,
            issuer=told.get("issuer"),
            sign_alg=told.get("sign_alg"),
        )
        text = str(answer).encode()
        (self.folder / "last.xml").write_bytes(text)
        return PAGE.format(
            action=escape(back), answer=b64encode(text).decode(),
            relay=escape(told.get("relay", query.get("RelayState", ""))),
        )  # fmt: skip

    def name_id(self) -> NameID:
        """Return how the person is named to the portal."""
        form = self.told.get("format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")
        return NameID(text=self.told["name"], format=form)

    def slo(self, query: dict[str, str]) -> str:
        """Sign the person out, and say where to go with the answer."""
        server = self.server()
        asked = server.parse_logout_request(
            query["SAMLRequest"], BINDING_HTTP_REDIRECT, relay_state=query.get("RelayState"),
            sigalg=query.get("SigAlg"), signature=query.get("Signature"),
        ).message  # fmt: skip
        self.told["signed_out"] = asked.name_id.text
        answer = server.create_logout_response(asked, [BINDING_HTTP_REDIRECT])
        place = server.response_args(asked, [BINDING_HTTP_REDIRECT])["destination"]
        return self._sent(server, answer, place, response=True)

    def end(self, query: dict[str, str]) -> str:
        """Say where to go with this provider's own wish that the person be signed out."""
        server = self.server()
        _id, asked = server.create_logout_request(
            query["to"], f"{self.url}/metadata", name_id=NameID(text=query["name"])
        )
        return self._sent(server, asked, query["to"], response=False)

    def _sent(self, server: Any, message: Any, to: str, *, response: bool) -> str:
        made = server.apply_binding(
            BINDING_HTTP_REDIRECT, str(message), to, response=response, sign=True
        )
        return str(dict(made["headers"])["Location"])

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        path = environ["PATH_INFO"].strip("/")
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["REQUEST_METHOD"] == "PUT":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            if path == "told":
                self.told = json.loads(body)
            else:
                (self.folder / f"sp-{query.get('name', 'portal')}.xml").write_bytes(body)
            start("204 No Content", [])
            return []
        if path in {"slo", "end"}:
            start("302 Found", [("Location", getattr(self, path)(query))])
            return []
        made = {"metadata": lambda: self.metadata(), "sso": lambda: self.sso(query),
                "told": lambda: json.dumps(self.told)}[path]()  # fmt: skip
        kind = "text/html" if path == "sso" else "text/xml"
        start("200 OK", [("Content-Type", f"{kind}; charset=utf-8")])
        return [made.encode()]


class Quiet(WSGIRequestHandler):
    """Say nothing about each request."""

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class Threads(ThreadingMixIn, WSGIServer):
    """One thread for each connection: browsers open some that they do not use at once."""

    daemon_threads = True


if __name__ == "__main__":
    at = int(sys.argv[2])
    made = Identity(Path(sys.argv[1]), at)
    make_server("127.0.0.1", at, made, Threads, Quiet).serve_forever()
