"""The widget of a document: the text that is stored, and around it the designer, which a script makes of it."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forms.designer.words import interface_words

ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


class DesignerWidget(forms.Textarea):
    """A text area inside the custom element `element`, with its configuration as JSON beside it.

    `config`: called at each rendering; gives what the sheets are made of. Without scripts the text can be edited.
    """

    def __init__(self, element: str, script: str, config: Callable[[], dict[str, Any]]) -> None:
        super().__init__(attrs={"rows": 24, "spellcheck": "false", "class": "cd-source"})
        self.element, self.script, self.config = element, script, config
        self.state: dict[str, Any] = {}  # what is known of the edited object: its key, its versions

    @property
    def media(self) -> forms.Media:
        """The designer's style and module."""
        return forms.Media(
            css={"all": ["forms/designer/designer.css"]},
            js=[
                forms.Script(self.script, type="module")  # type: ignore[list-item]  # the stubs know texts only
            ],
        )

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The element with the text area and the configuration."""
        area = super().render(name, value, attrs, renderer)
        config = {"words": interface_words(), **self.config(), **self.state}
        text = json.dumps(config, ensure_ascii=False, cls=DjangoJSONEncoder).translate(ESCAPES)
        return format_html(
            '<{tag} class="cd">{area}<script type="application/json" class="cd-config">{config}</script></{tag}>',
            tag=self.element,
            area=area,
            config=SafeString(text),  # escaped above, as Django's json_script does
        )
