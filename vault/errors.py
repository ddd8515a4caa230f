"""How opening a secret can fail."""


class VaultError(Exception):
    """A secret cannot be opened or locked; `message` is in words for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
