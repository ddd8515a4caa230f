"""How lines of the audit record look. `{% load audit %}`."""

from django import template

from jobs.audit import words

register = template.Library()
register.filter("outcome", words.outcome_of)
register.filter("action_words", words.action_of)
register.filter("moment", words.moment)
register.filter("changes", words.changes_of)
