"""The Chinese catalogue is complete, and the tool that says so can be believed."""

import polib

from core import catalogue
from core.extraction import Text, texts_in_python, texts_in_template


def test_every_text_is_translated_and_every_translation_is_used():
    assert catalogue.check() == []


def test_python_texts_are_found_under_any_name():
    source = """
from django.utils.translation import gettext_lazy as tr, ngettext
from django.utils import translation
a = tr("One " "text")
b = ngettext("%(n)s wish", "%(n)s wishes", n)
c = translation.pgettext("month", "May")
d = tr(variable)
"""
    assert set(texts_in_python(source)) == {
        Text(None, "One text", ""),
        Text(None, "%(n)s wish", "%(n)s wishes"),
        Text("month", "May", ""),
    }


def test_template_texts_are_found_in_tags_filters_and_blocks():
    source = """{% load i18n %}{% translate "It's here" %}{{ _("Quoted")|upper }}{% translate "May" context "month" %}
{% blocktranslate trimmed with name=case.title %}
  About {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=wishes %}{{ n }} wish{% plural %}{{ n }} wishes{% endblocktranslate %}
{# Translators and comments are not texts #}"""
    assert set(texts_in_template(source)) == {
        Text(None, "It's here", ""),
        Text(None, "Quoted", ""),
        Text("month", "May", ""),
        Text(None, "About %(name)s", ""),
        Text(None, "%(n)s wish", "%(n)s wishes"),
    }


def test_each_kind_of_gap_is_reported():
    file = polib.POFile()
    file.append(polib.POEntry(msgid="empty", msgstr=""))
    file.append(polib.POEntry(msgid="fuzzy", msgstr="模糊", flags=["fuzzy"]))
    file.append(polib.POEntry(msgid="gone", msgstr="已删"))
    file.append(polib.POEntry(msgid="Hello %(name)s", msgstr="你好 %(nome)s"))
    texts = [Text(None, name, "") for name in ("empty", "fuzzy", "new", "Hello %(name)s")]
    found = list(catalogue.problems(file, dict.fromkeys(texts, "a.py")))
    assert found == [
        "missing: 'new' (a.py)",
        "not translated: 'empty'",
        "fuzzy: 'fuzzy'",
        "unused: 'gone'",
        "placeholders differ: 'Hello %(name)s'",
    ]


def test_completing_keeps_translations_adds_new_texts_and_drops_old_ones():
    file = polib.POFile()
    file.append(polib.POEntry(msgid="kept", msgstr="保留"))
    file.append(polib.POEntry(msgid="gone", msgstr="已删"))
    counts = catalogue.complete(file, {Text(None, "kept", ""): "a.py", Text(None, "one", "many"): "a.py"})
    assert counts == (1, 1)
    assert {entry.msgid: entry.msgstr for entry in file} == {"kept": "保留", "one": ""}
    assert file.find("one").msgid_plural == "many"
