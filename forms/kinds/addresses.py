"""The kind for where something is: province, city and county by their code, and where wanted a line for the street."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms import regions
from forms.kinds.base import AnswerField, Definition, Kind, Stored, register
from forms.widgets import Address

MAX_LINE = 100


class AddressField(AnswerField):
    """(code, line) from what stands in the two inputs."""

    default_error_messages = {
        "region": _("Please enter the province, city and county, such as 上海市松江区."),
        "several": _("There are several of this name: %(names)s. Please enter the province or city too."),
        "line": _("Please write this in one line."),
    }

    def to_python(self, value: Any) -> tuple[str, str] | None:
        """Code and line. Raises: `ValidationError`."""
        if value is None or value == "":
            return None
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
            raise self.refuse("not_text")
        place, line = self.plain(value[0], 60), self.harmless(value[1], MAX_LINE)
        if "\n" in line or "\t" in line:
            raise self.refuse("line")
        if not place and not line:
            return None
        return self._code(place), line if self.definition.get("street") else ""

    def _code(self, place: str) -> str:
        found = regions.matching(place) if place else []
        if not found:
            raise self.refuse("region")
        if len(found) > 1:
            names = ["".join(regions.path_of(code)) for code in found[: regions.MOST_FOUND]]
            raise self.refuse("several", names="、".join(names) + ("…" if len(found) > len(names) else ""))
        return found[0]


class AddressKind(Kind):
    """A place down to the county: `{"code": "310117", "names": ["上海市", "松江区"], "line": "…"}`.

    The names stay as they were when it was entered. Rules see them as one text: 上海市 松江区.
    """

    name = "address"

    def form_field(self, definition: Definition) -> AnswerField:
        """One line for the region, of which a script makes lists to open, and one for the street."""
        return AddressField(definition, widget=Address(street=bool(definition.get("street"))))

    def stored(self, value: tuple[str, str], definition: Definition) -> Stored:
        """The code, the names of today, and the line if there is one."""
        code, line = value
        return {"code": code, "names": list(regions.path_of(code)), **({"line": line} if line else {})}

    def posted(self, stored: Stored) -> list[Any]:
        """Code and line one after the other."""
        found = _parts(stored)
        return [found[0], found[2]] if found else super().posted(stored)

    def initial(self, stored: Stored, definition: Definition) -> Any:
        """What stands in the two inputs."""
        found = _parts(stored)
        return ["".join(found[1]), found[2]] if found else None

    def typed(self, stored: Stored) -> str | None:
        """The names with spaces between them."""
        found = _parts(stored)
        return " ".join(found[1]) if found else None

    def words(self, stored: Stored) -> list[str]:
        """The line for the street; the names of regions stand in many a text."""
        found = _parts(stored)
        return [found[2]] if found and found[2] else []

    def shown(self, stored: Stored, definition: Definition) -> str:
        """As it is written on a letter."""
        found = _parts(stored)
        return "".join([*found[1], found[2]]) if found else super().shown(stored, definition)


def _parts(stored: Stored) -> tuple[str, list[str], str] | None:
    """Code, names and line of a stored address; None for anything else."""
    if not isinstance(stored, dict):
        return None
    code, names, line = stored.get("code"), stored.get("names"), stored.get("line", "")
    fine = isinstance(code, str) and isinstance(line, str) and isinstance(names, list)
    return (code, [str(name)[:40] for name in names[:3]], line) if fine else None  # type: ignore[index,return-value]


register(AddressKind())
