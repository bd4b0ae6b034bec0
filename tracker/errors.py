"""The errors that business code raises and the web layer words.

Owns: the classes. Must not hold a sentence for a person: each error carries a code and parameters, and
`tracker.web.labels` words them.
"""


class DomainError(Exception):
    """A request that a rule refuses. `status` is the HTTP status with which the web layer answers."""

    status = 400

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Invalid(DomainError):
    """A value that cannot be accepted; `field` names the form field that shows the message."""

    status = 422

    def __init__(self, field: str, code: str, **params: object) -> None:
        super().__init__(code, **params)
        self.field = field


class NotFound(DomainError):
    """Unknown, or not to be seen by this person: the answer is the same."""

    status = 404

    def __init__(self, code: str = "not_found", **params: object) -> None:
        super().__init__(code, **params)


class Forbidden(DomainError):
    """The person sees the object but may not do this with it."""

    status = 403

    def __init__(self, code: str = "forbidden", **params: object) -> None:
        super().__init__(code, **params)


class NotPossible(DomainError):
    """The act is not a row of the table for the object's present state."""

    status = 409

    def __init__(self, code: str = "not_possible_now", **params: object) -> None:
        super().__init__(code, **params)


class Stale(DomainError):
    """The text, owner or date changed since the page was opened. `current` and `typed` map field to text."""

    status = 409

    def __init__(self, current: dict[str, str], typed: dict[str, str]) -> None:
        super().__init__("stale")
        self.current = current
        self.typed = typed


class Throttled(DomainError):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("throttled", retry_after=retry_after)
        self.retry_after = retry_after
