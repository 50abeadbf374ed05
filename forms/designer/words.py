"""What the designer says by itself, for its script: one catalogue holds these texts with all others."""

from django.utils.translation import gettext as _


def interface_words() -> dict[str, str]:
    """Name → text in the reader's language; `{name}` in a text is replaced by the script."""
    return _bar() | _cards() | _sheets() | _conditions() | _calculations()


def _bar() -> dict[str, str]:
    return {
        "toolbar": _("Designer"),
        "undo": _("Undo"),
        "redo": _("Do again"),
        "cards": _("Cards"),
        "picture": _("Picture"),
        "source": _("Source text"),
        "problems": _("{count} to put right before publishing:"),
        "only_warnings": _("Nothing stands in the way of publishing; please look at this:"),
        "no_problems": _("Nothing stands in the way of publishing."),
        "checking": _("Checking …"),
        "check_failed": _("It could not be checked just now. What you changed is still here."),
        "unreadable": _(
            "This text cannot be shown as cards. Please put it right below, or go back to an earlier version."
        ),
        "undone": _("Undone: {what}"),
        "redone": _("Done again: {what}"),
    }


def _cards() -> dict[str, str]:
    return {
        "add_here": _("Add here"),
        "more": _("What to do with “{name}”"),
        "move_up": _("Move up"),
        "move_down": _("Move down"),
        "duplicate": _("Duplicate"),
        "copy": _("Copy"),
        "cut": _("Cut"),
        "paste": _("Paste “{name}”"),
        "clipboard": _("Copied before"),
        "delete": _("Delete"),
        "deleted": _("“{name}” was deleted; Undo brings it back."),
        "added": _("“{name}” was added"),
        "moved": _("“{name}” was moved"),
        "copied": _("“{name}” was copied"),
        "changed": _("“{name}” was changed"),
        "unnamed": _("Without a name"),
        "end": _("End"),
        "needs_work": _("needs attention"),
        "shortcuts": _(
            "Keyboard: arrows move between cards, Alt+↑ and Alt+↓ move a card, Enter opens it, Delete removes it, "
            "Ctrl+C and Ctrl+V copy, Ctrl+Z undoes."
        ),
    }


def _sheets() -> dict[str, str]:
    return {
        "close": _("Close"),
        "chinese": _("In Chinese"),
        "english": _("In English"),
        "not_set": _("– not set –"),
        "please_choose": _("– please choose –"),
        "gone": _("{name} (no longer there)"),
        "add": _("Add"),
        "remove": _("Remove"),
        "up": _("Up"),
        "down": _("Down"),
        "none_there": _("There is nothing to choose from yet."),
        "constant": _("A fixed value"),
        "value": _("Value"),
        "yes": _("Yes"),
        "no": _("No"),
        "insert": _("Insert:"),
        "today": _("The day of filling in"),
    }


def _conditions() -> dict[str, str]:
    return {
        "when_all": _("All of these hold"),
        "when_any": _("One of these holds"),
        "how_joined": _("How the conditions belong together"),
        "add_condition": _("Add a condition"),
        "field": _("Field"),
        "comparison": _("Comparison"),
        "compared_with": _("Compared with"),
        "op_eq": _("is"),
        "op_ne": _("is not"),
        "op_gt": _("is more than"),
        "op_ge": _("is at least"),
        "op_lt": _("is less than"),
        "op_le": _("is at most"),
        "op_after": _("is after"),
        "op_since": _("is on or after"),
        "op_before": _("is before"),
        "op_until": _("is on or before"),
        "op_in": _("is one of"),
        "op_has": _("contains"),
        "op_hasnt": _("does not contain"),
        "op_true": _("is yes"),
        "op_false": _("is no"),
        "op_blank": _("is not answered"),
        "op_filled": _("is answered"),
        "kept_as_is": _("This rule says more than these boxes can show. It is kept as it is."),
        "begin_anew": _("Replace it by a new one"),
        "and": _("and"),
        "or": _("or"),
        "no_condition": _("No condition yet"),
        "always": _("always"),
    }


def _calculations() -> dict[str, str]:
    places = [_("to whole numbers"), *(_("to {n} decimal places").replace("{n}", str(n)) for n in range(1, 5))]
    return {
        "calc_what": _("What is calculated with"),
        "calc_field": _("Fields"),
        "calc_sum": _("Sums of rows"),
        "calc_count": _("How many there are"),
        "calc_constant": _("A fixed number"),
        "calc_days": _("Days between two dates"),
        "calc_years": _("Full years between two dates, such as an age"),
        "calc_today": _("The day of filling in"),
        "calc_from": _("From"),
        "calc_to": _("Until"),
        "calc_sign": _("How it is calculated"),
        "calc_+": _("plus"),
        "calc_-": _("minus"),
        "calc_*": _("times"),
        "calc_/": _("divided by"),
        "calc_add": _("Add a number"),
        "calc_order": _("Worked out from top to bottom, one after the other."),
        "calc_rounded": _("Rounded"),
        "calc_exact": _("not rounded"),
        "calc_from_day": _("Beginning with which day"),
        "calc_add_days": _("Add days"),
        "calc_days_later": _("plus so many days"),
        "calc_words": _("Fixed words"),
        "calc_add_part": _("Add a part"),
    } | {f"calc_places_{n}": words for n, words in enumerate(places)}
