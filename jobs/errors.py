"""How a job's work can end other than done; operations raise these."""


class Cancelled(Exception):
    """Somebody asked to cancel, and the operation came to a safe point."""


class FenceLost(Exception):
    """The job was taken over by another worker; this one must not write any more."""


class Undetermined(Exception):
    """It cannot be known now whether the work was done, for example because a host is away.

    `message` says in plain words what to look at; `detail` is for administrators.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
