"""Sign-in by SAML 2.0. Only `provider` and `says` load without requirements-saml.txt."""
