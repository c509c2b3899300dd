"""A post's words, from a template in the Vault."""

from functools import partial

from tasks.vault import wording
from tasks.vault.template import POST_TEMPLATES
from tasks.vault.wording import NoteWording, TemplateError, UnknownTemplateError

__all__ = ["NoteWording", "TemplateError", "UnknownTemplateError", "render_post"]

render_post = partial(wording.render, POST_TEMPLATES)
