"""Errors that a user can cause. Each has a stable code and a sentence: what happened and what to do next."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DandelionError(Exception):
    """Base of refusals. `code` is stable and safe to log, `sentence` is for the person, `data` is never personal."""

    code = "error"
    status = 400
    sentence: str | Promise = _("This could not be done. Please try again.")

    def __init__(self, sentence: str | Promise | None = None, *, code: str | None = None, **data: Any) -> None:
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        self.data = data
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(DandelionError):
    """The actor may see the object but may not do this."""

    code = "not_allowed"
    status = 403
    sentence = _("You are not allowed to do this. If you think you should be, ask your administrator.")


class NotFound(DandelionError):
    """Unknown, or forbidden and therefore not admitted to exist."""

    code = "not_found"
    status = 404
    sentence = _("We could not find this. The address may be wrong, or you may not have access to it.")


class Unreadable(DandelionError):
    """What arrived is not what one of our pages sends."""

    code = "unreadable"
    sentence = _("What your browser sent could not be read, so nothing was saved. Please send it once more from here.")


class CannotBeRead(DandelionError):
    """An encrypted value that none of the keys opens: they were lost or changed, or it was damaged."""

    code = "cannot_be_read"
    status = 503
    sentence = _(
        "This cannot be read with the keys there are. Please tell whoever runs this site; nothing was changed."
    )


class TooMuch(DandelionError):
    """More was sent at once than the site takes."""

    code = "too_much"
    status = 413
    sentence = _("This was more than can be sent at once, so nothing was saved. Please go back and shorten it.")


class WrongState(DandelionError):
    """The object is in a state that does not allow this."""

    code = "wrong_state"
    status = 409
    sentence = _("This is no longer possible: things have moved on. Please reload the page to see where it stands.")


class Conflict(DandelionError):
    """Somebody else was faster."""

    code = "conflict"
    status = 409
    sentence = _("Somebody else was a moment faster. Please reload the page.")


class Invalid(DandelionError):
    """The input is wrong. `errors`: field key → list of sentences ("" for errors of the whole)."""

    code = "invalid"
    status = 422
    sentence = _("Something in what you entered needs correcting.")

    def __init__(
        self,
        sentence: str | Promise | None = None,
        *,
        code: str | None = None,
        errors: dict[str, list[str]] | None = None,
        **data: Any,
    ) -> None:
        super().__init__(sentence, code=code, **data)
        self.errors = errors or {}


class TryLater(DandelionError):
    """Too many tries, or something is busy; trying again later helps."""

    code = "try_later"
    status = 503
    sentence = _("The system is busy at the moment. Please try again in a minute; nothing was lost.")


class TooMany(TryLater):
    """More tries than one may make in a while."""

    code = "too_many"
    status = 429
