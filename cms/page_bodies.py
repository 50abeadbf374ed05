"""Turns the bodies of pages from their plain form in packs into the blocks of a stream, and compares them."""

import json
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Page

from core.text import localised

LANGUAGES = {"zh-hans", "en"}


def stream(page: Page, field_name: str, plain: Any, language: str) -> Any:
    """The value of a stream field of `page`, in one language.

    `plain`: for `body` a list of blocks, {block name: value}; for `deeds` a list of {when, title, text}.
    """
    if field_name == "deeds":
        raw = [{"type": "deed", "value": {"heading": "", "entries": _in_language(plain, language)}}]
    else:
        raw = [_block(name, value, language) for block in plain for name, value in block.items()]
    return page._meta.get_field(field_name).to_python(json.dumps(raw))


def _block(name: str, value: Any, language: str) -> dict[str, Any]:
    if name == "text":
        return {"type": name, "value": paragraphs(localised(value, language))}
    return {"type": name, "value": _in_language(value, language)}


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, list):
        return [_in_language(part, language) for part in value]
    if isinstance(value, dict):
        if value and value.keys() <= LANGUAGES:
            return localised(value, language)
        return {key: _in_language(part, language) for key, part in value.items()}
    return value


def paragraphs(text: str) -> SafeString:
    """Plain text as rich text: paragraphs are parted by an empty line, `## ` begins a heading."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return format_html_join("", "{}", ((_paragraph(part),) for part in parts))


def _paragraph(part: str) -> SafeString:
    if part.startswith("## "):
        return format_html("<h2>{}</h2>", part[3:])
    return format_html("<p>{}</p>", escape(" ".join(part.split("\n"))))


def fingerprint(page: Page, values: dict[str, Any]) -> str:
    """The present values of these fields as text, without the random ids of blocks."""
    fields = {name: page._meta.get_field(name) for name in values}
    present = {name: _without_ids(field.value_to_string(page), name) for name, field in fields.items()}
    return json.dumps(present, sort_keys=True, default=str)


def _without_ids(value: Any, name: str) -> Any:
    if name not in {"body", "deeds"}:
        return value
    return _stripped(json.loads(value))


def _stripped(value: Any) -> Any:
    if isinstance(value, list):
        return [_stripped(part) for part in value]
    if isinstance(value, dict):
        if value.get("type") == "item" and "value" in value:
            return _stripped(value["value"])
        return {key: _stripped(part) for key, part in value.items() if key != "id"}
    return value
