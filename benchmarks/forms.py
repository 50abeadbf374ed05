"""Forms: 80 fields beside the same form by hand, its HTML, our scripts, and 100 rules in the browser; no database.

.venv/bin/python -m benchmarks.forms
"""

import gzip
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.common import interleaved, report

ROUNDS = 30
MOST_TIMES, MOST_HTML, MOST_SCRIPT, MOST_MS = 1.5, 60_000, 15 * 1024, 16.0
KINDS = ("text", "integer", "date", "choice", "yes_no", "long_text", "email", "multi_choice")
OPTIONS = [(name, f"选项{name}") for name in "abcd"]
BY_HAND = """{% load i18n %}<div class="form">
{% if links %}<div class="errors"><h2>{{ links|length }}</h2><ul>{% for link in links %}<li><a href="#{{ link.0 }}">{{ link.1 }}</a></li>{% endfor %}</ul></div>{% endif %}
{% for field in form %}
{% if field.field.widget.use_fieldset %}
<fieldset class="field{% if field.errors %} field--error{% endif %}" data-field="{{ field.name }}"{% if field.help_text %} aria-describedby="{{ field.auto_id }}-help"{% endif %}>
<legend>{{ field.label }}{% if field.field.required %}<span class="req">{% translate "required" %}</span>{% else %}<span class="opt">{% translate "optional" %}</span>{% endif %}</legend>
{% if field.help_text %}<p class="help" id="{{ field.auto_id }}-help">{{ field.help_text|linebreaksbr }}</p>{% endif %}
{% if field.errors %}<div id="{{ field.auto_id }}-error">{% for error in field.errors %}<p class="error">{{ error }}</p>{% endfor %}</div>{% endif %}
{{ field }}
</fieldset>
{% else %}
<div class="field{% if field.errors %} field--error{% endif %}" data-field="{{ field.name }}">
<label class="field__label" for="{{ field.auto_id }}">{{ field.label }}{% if field.field.required %}<span class="req">{% translate "required" %}</span>{% else %}<span class="opt">{% translate "optional" %}</span>{% endif %}</label>
{% if field.help_text %}<p class="help" id="{{ field.auto_id }}-help">{{ field.help_text|linebreaksbr }}</p>{% endif %}
{% if field.errors %}<div id="{{ field.auto_id }}-error">{% for error in field.errors %}<p class="error">{{ error }}</p>{% endfor %}</div>{% endif %}
{{ field }}
</div>
{% endif %}{% endfor %}</div>"""  # noqa: E501  # markup as forms/row.html draws it


def main() -> int:
    """Prints what was measured; 1 when a bar is not met."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings.test")
    import django

    django.setup()
    sides = _sides(80)
    print(f"HTML of 80 fields: {len(sides['ours'][1]().encode()):,} bytes   (bar: {MOST_HTML:,})")
    print(f"  by hand:         {len(sides['by hand'][1]().encode()):,} bytes")
    worst = 0.0
    for number, part in enumerate(("compile", "render", "validate")):
        medians = interleaved({name: lambda one=steps[number]: one for name, steps in sides.items()}, rounds=ROUNDS)
        report(f"{part} 80 fields", medians, base="by hand")
    whole = {name: lambda steps=steps: lambda: [step() for step in steps] for name, steps in sides.items()}
    medians = interleaved(whole, rounds=ROUNDS)
    report(f"all three   (bar: {MOST_TIMES} ×)", medians, base="by hand")
    worst = medians["ours"] / medians["by hand"]
    scripts = sum(len(gzip.compress(path.read_bytes(), 9)) for path in Path("forms/static/forms").glob("*.js"))
    print(f"\nScripts for filling in, gzipped: {scripts:,} bytes   (bar: {MOST_SCRIPT:,})")
    in_browser = _in_browser()
    print(f"200 fields, 100 rules, after each key in the browser: {in_browser:.1f} ms   (bar: {MOST_MS:.0f} ms)")
    html = len(sides["ours"][1]().encode())
    return int(worst > MOST_TIMES or html > MOST_HTML or scripts > MOST_SCRIPT or in_browser > MOST_MS)


def _document(count: int, rules: int = 0) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for number in range(count):
        kind = "integer" if rules and number % 2 == 0 else KINDS[number % len(KINDS)]
        one: dict[str, Any] = {"id": f"f{number}", "key": f"f{number}", "kind": kind, "label": f"第 {number} 题"}
        one |= {"help": "一两句话就好。", "required": number % 2 == 0, "privacy": {"level": "internal"}}
        if kind in ("choice", "multi_choice"):
            one["options"] = [{"id": name, "label": label} for name, label in OPTIONS]
        if number % 2 and number // 2 < rules:
            one["show_if"] = {"or": [{"blank": {"var": f"f{number - 1}"}}, {">": [{"var": f"f{number - 1}"}, 5]}]}
        fields.append(one)
    return {"v": 1, "sections": [{"id": "s", "title": "一", "fields": fields}]}


def _sides(count: int) -> dict[str, Any]:
    """Side → (compile, render an empty form, validate a filled-in one)."""
    from forms.building import as_posted, build_form_class

    document = _document(count)
    usual = {"text": "读报", "integer": 12, "date": "2026-09-11", "choice": "b", "yes_no": True, "long_text": "好",
             "email": "a@example.com", "multi_choice": ["a", "c"]}  # fmt: skip
    posted = as_posted(document, {one["key"]: usual[one["kind"]] for one in document["sections"][0]["fields"]})
    ours, theirs = build_form_class(document), _by_hand(count)
    assert ours(posted).is_valid()  # noqa: S101  # both sides take the same answers
    assert theirs(posted).is_valid()  # noqa: S101
    return {
        "ours": (lambda: build_form_class(document), lambda: ours().render(), lambda: ours(posted).is_valid()),
        "by hand": (lambda: _by_hand(count), lambda: _drawn(theirs()), lambda: theirs(posted).is_valid()),
    }


def _drawn(form: Any) -> str:
    from django.template import engines

    global _template
    if _template is None:
        _template = engines["django"].from_string(BY_HAND)
    links = [(form[name].auto_id, error) for name, errors in form.errors.items() for error in errors]
    return str(_template.render({"form": form, "links": links}))


_template: Any = None


def _by_hand(count: int) -> Any:
    """The same form as a class of Django, with the same inputs."""
    from django import forms

    from forms.widgets import Checks, Radios, Renderer, Text, TextArea

    made = {
        "text": lambda **more: forms.CharField(max_length=200, widget=Text(), **more),
        "integer": lambda **more: forms.IntegerField(widget=Text(attrs={"inputmode": "numeric"}, short=True), **more),
        "date": lambda **more: forms.DateField(widget=Text(input_type="date", short=True), **more),
        "choice": lambda **more: forms.ChoiceField(choices=OPTIONS, widget=Radios(), **more),
        "yes_no": lambda **more: forms.ChoiceField(choices=[("yes", "是"), ("no", "否")], widget=Radios(), **more),
        "long_text": lambda **more: forms.CharField(max_length=2000, widget=TextArea(), **more),
        "email": lambda **more: forms.EmailField(widget=Text(), **more),
        "multi_choice": lambda **more: forms.MultipleChoiceField(choices=OPTIONS, widget=Checks(), **more),
    }
    fields = {
        f"f{number}": made[KINDS[number % len(KINDS)]](
            label=f"第 {number} 题", help_text="一两句话就好。", required=number % 2 == 0
        )
        for number in range(count)
    }
    return type("ByHand", (forms.Form,), {**fields, "default_renderer": Renderer, "use_required_attribute": False})


KEY = """() => {
  const input = document.querySelector("[name=f0]"), times = [];
  for (let turn = 0; turn < 60; turn += 1) {
    input.value = String(turn % 12);
    const begin = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(performance.now() - begin);
  }
  return times.slice(10);
}"""


def _in_browser() -> float:
    """Median milliseconds from a key to the whole form shown anew."""
    from playwright.sync_api import sync_playwright

    from tests.browser.filling import opened
    from tests.browser.installation import FLAGS

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        page = opened(chromium, _document(200, rules=100))
        times: list[float] = page.evaluate(KEY)
        page.fill("[name=f0]", "3")
        assert page.locator("[data-field=f1]").is_hidden()  # noqa: S101  # the rules were worked out
        chromium.close()
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
