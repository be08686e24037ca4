"""The tree of errors. Each names its subject, its cause and what to do next.

    AntiphonError
    ├── BadInput            what was sent cannot be used                     422
    │   ├── TooLarge        more bytes, seconds or items than allowed        413
    │   └── NotMusic        a file that is not one of the formats we read    415
    ├── NotSignedIn         the verb needs somebody                          401
    ├── NotAllowed          somebody, but not this person                    403
    ├── NotFound            nothing there, or nothing for this person        404
    ├── Gone                it was there and was withdrawn                   410
    ├── Conflict            it clashes with what is stored                   409
    ├── OverQuota           the account's room is used up                    413
    ├── TooMany             too often; says when to come back                429
    └── Unavailable         a part that is needed does not answer            503

Pages and the API turn these into replies in one place each (`web.errors`, `api.problems`), by `status`.
"""

from typing import ClassVar


class AntiphonError(Exception):
    """Any refusal or failure that a person is told about, in words they can act on."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, subject: str = "", hint: str = "", fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint
        self.fields = fields or {}


class BadInput(AntiphonError):
    status = 422
    code = "bad-input"


class TooLarge(BadInput):
    status = 413
    code = "too-large"


class NotMusic(BadInput):
    status = 415
    code = "not-music"


class NotSignedIn(AntiphonError):
    status = 401
    code = "not-signed-in"


class NotAllowed(AntiphonError):
    status = 403
    code = "not-allowed"


class NotFound(AntiphonError):
    status = 404
    code = "not-found"


class Gone(AntiphonError):
    status = 410
    code = "gone"


class Conflict(AntiphonError):
    status = 409
    code = "conflict"


class OverQuota(AntiphonError):
    status = 413
    code = "over-quota"


class TooMany(AntiphonError):
    status = 429
    code = "too-many"

    def __init__(self, message: str, *, retry_after_s: int, subject: str = "", hint: str = "") -> None:
        super().__init__(message, subject=subject, hint=hint)
        self.retry_after_s = retry_after_s


class Unavailable(AntiphonError):
    status = 503
    code = "unavailable"
