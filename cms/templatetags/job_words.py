"""Filters for the screen of background jobs."""

from django import template

from cms.desk import job_words

register = template.Library()
register.filter("kind_words", job_words.kind_words)
register.filter("queue_words", job_words.queue_words)
register.filter("error_words", job_words.error_words)
