"""Renewal: articles that older statement rules have read are read again in the background, one after another."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from bot.services import reader_jobs
from bot.services.reader_process import ReaderProcess
from index.article import ArticleError

if TYPE_CHECKING:
    from bot.config import Settings
    from index.library import Library
    from index.store.protocol import ArticleInfo

_log = logging.getLogger(__name__)


class Renewal:
    """Reads again in a process of its own, while questions are answered from what was found before.

    An article that cannot be read stays as it is until the next start. As a context, it begins, and ends at once
    when it is left: each article is read whole or not at all.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library, self._settings = library, settings
        self._process = ReaderProcess(reader_jobs.prepare)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._process.interrupt()
        self.wait()

    def wait(self) -> None:
        """Until all is read."""
        self._thread.join()

    def _run(self) -> None:
        try:
            outdated = self._library.outdated()
            if outdated:
                _log.info("Older rules have read %d articles, which are read again now", len(outdated))
                done = sum(self._reread(info) for info in outdated)
                _log.info("Read %d of %d articles again", done, len(outdated))
        except Exception as error:  # whoever asks goes on with what there is
            _log.warning("Articles could not be read again: %s", type(error).__name__)
            _log.debug("Why not", exc_info=error)
        finally:
            self._process.close()

    def _reread(self, info: ArticleInfo) -> bool:
        if self._stopped.is_set():
            return False
        settings = self._settings
        try:
            return self._process.do(info.id, reader_jobs.reread, info, settings.data, settings.model, settings.threads)
        except ArticleError:
            return False
