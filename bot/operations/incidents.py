"""Incidents: an error becomes the sentence that people read, and an unexpected one gets a short id for the log, too."""

from __future__ import annotations

import logging
import secrets

from bot.errors import Refused, Sorry
from bot.operations import logs
from bot.phrasing import ENGLISH
from index.article import ArticleError
from index.library import LibraryError
from index.network import ModelError
from index.phrases import Phrases
from index.store.protocol import StoreError

_log = logging.getLogger(__name__)

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another when read aloud
# their sentences are about files and settings, for whoever runs the bot
_FOR_OPERATORS = (StoreError, ModelError, Refused)


def sentence_of(error: BaseException, phrases: Phrases = ENGLISH) -> tuple[str, str | None]:
    """What to say about an error, and the id under which the log tells more of it; None where it was to be expected.

    What is worth a line is logged here, once.
    """
    if isinstance(error, Sorry):
        return error.said(phrases), None
    if isinstance(error, (ArticleError, LibraryError)):
        _log.warning("Told: %s (%s)", logs.named(error), type(error).__name__)
        return str(error), None
    short = "".join(secrets.choice(_ALPHABET) for _ in range(5))
    if isinstance(error, _FOR_OPERATORS):
        _log.error("%s (id %s)", error, short, extra={"id": short})
        return phrases("trouble_articles", id=short), short
    _log.error("Something unexpected, id %s", short, exc_info=error, extra={"id": short})
    return phrases("trouble_unknown", id=short), short
