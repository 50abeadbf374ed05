"""What each kind of field may hold, as plain data: its properties, its type in expressions, its usual privacy."""

from dataclasses import dataclass

from core.registry import Registry

TYPES = frozenset({"text", "number", "date", "bool", "list", "any"})
LEVELS = ("public", "internal", "personal", "sensitive")
MASKS = ("phone", "name", "email", "id_number", "all")
AUTOCOMPLETE = ("name", "tel", "email", "street-address", "organization", "off")
SUBJECTS = ("person", "team", "organisation")
REACHES = {"member": ("own", "led"), "team": ("own", "led", "any")}  # names of members never from everywhere
LAST = "last"
PREFILLS: dict[str, frozenset[str]] = {  # where it comes from → kinds that can take it
    "profile.name": frozenset({"text"}),
    "profile.phone": frozenset({"phone"}),
    "profile.email": frozenset({"email"}),
    "profile.unit": frozenset({"unit"}),
    LAST: frozenset(
        [
            "text",
            "long_text",
            "integer",
            "decimal",
            "money",
            "date",
            "choice",
            "multi_choice",
            "yes_no",
            "unit",
            "team",
            "duration",
            "award",
        ]
    ),
}
STYLES = ("radio", "select", "cards")
FILE_TYPES = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "txt", "csv", "jpg", "png")
UPLOADED = ("photos", "files")  # kinds whose answers name files


@dataclass(frozen=True)
class Shape:
    """A kind as the document sees it. `properties`: own ones beside the common ones; `needed`: those it must have.

    `needs_login`: what it offers depends on who is signed in, so that nobody else can answer it.
    """

    value: str | None  # type in expressions; None = asks nothing
    properties: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    level: str = "internal"
    mask: str = "all"
    may_calc: bool = False
    is_computed: bool = False  # the server works it out when the answers are handed in; nobody is asked
    needs_login: bool = False
    is_hidden: bool = False  # on no page


SHAPES: Registry[Shape] = Registry("shape of a field kind")


def _shape(name: str, value: str | None, properties: str = "", **more: object) -> None:
    needed = frozenset(str(more.pop("needed", "")).split())
    SHAPES.register(name, Shape(value, frozenset(properties.split()), needed, **more))  # type: ignore[arg-type]  # as below


_shape("text", "text", "default max_length autocomplete", may_calc=True)
_shape("long_text", "text", "default max_length")
_shape("note", None, "text", needed="text")
_shape("integer", "number", "default min max unit", may_calc=True)
_shape("decimal", "number", "default min max unit places", may_calc=True)
_shape("money", "number", "default min max unit", may_calc=True)
_shape("date", "date", "default min max", may_calc=True)
_shape("time", "text", "min max")
_shape("datetime", "text", "min max")
_shape("rating", "number", "max low high")
_shape("quantity", "number", "units min max places", needed="units")
_shape("choice", "text", "default options style", needed="options")
_shape("multi_choice", "list", "default options min max style", needed="options")
_shape("yes_no", "bool", "default", may_calc=True)
_shape("phone", "text", "autocomplete", level="personal", mask="phone")
_shape("email", "text", "autocomplete", level="personal", mask="email")
_shape("id_number", "text", level="sensitive", mask="id_number")
_shape("unit", "text", "scope")
_shape("venue", "text", "scope")
_shape("address", "text", "street", level="personal")
_shape("hidden", "text", "default", needed="default", is_computed=True, is_hidden=True)
_shape("award", "text", "subjects")
_shape("ledger_snapshot", "any", "of", needed="of", is_computed=True)
_shape("member", "number", "scope", level="personal", mask="name", needs_login=True)
_shape("team", "number", "scope", needs_login=True)
_shape("duration", "number", "min max")
_shape("photos", "list", "max")
_shape("files", "list", "max max_mb accept")
_shape("consent", "bool", "text", needed="text")
_shape("group", "list", "fields min max", needed="fields")


def value_type(kind: str) -> str:
    """The type in expressions of a field kind; a type's own name stands for itself; `any` for what is unknown."""
    shape = SHAPES.get(kind)
    if shape is not None:
        return shape.value or "any"
    return kind if kind in TYPES else "any"
