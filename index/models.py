"""The models that answering needs, each loaded when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what needs numpy is imported when it is first used
    from index.acts import Acts
    from index.encoder import Encoder
    from index.judge import Judge
    from index.reader import Reader


class Models:
    """Encoder, judge and reader. Any thread may use them.

    Args:
        data: the data folder, which keeps the exported encoder.
        model: a sentence-transformers folder or name; None for the one that ships.
        threads: how many threads each uses; None for as many as there are cores.
        say: is told, in a sentence, what takes its time.
    """

    def __init__(self, data: Path, model: str | None, threads: int | None, say: Callable[[str], None]) -> None:
        self._data, self._model, self._threads, self._say = data, model, threads, say
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Let go of all of them."""
        self._encoder: Encoder | None = None
        self._judge: Judge | None = None
        self._reader: Reader | None = None

    def encoder(self) -> Encoder:
        """Texts to vectors. Raises EncoderError."""
        with self._lock:
            if self._encoder is None:
                from index.encoder import load_encoder  # noqa: PLC0415 - needs numpy

                self._encoder = load_encoder(self._data, self._model, self._say, self._threads)
            return self._encoder

    def judge(self) -> Judge:
        """What statements do to claims and questions. Raises ModelError."""
        with self._lock:
            if self._judge is None:
                from index.judge import load_judge  # noqa: PLC0415 - needs numpy

                self._judge = load_judge(self._threads)
            return self._judge

    def acts(self) -> Acts | None:
        """What is asked for; None with another encoder than the one that it was trained on. Raises ModelError."""
        from index.acts import load_acts  # noqa: PLC0415 - needs numpy

        return load_acts() if self._model is None else None

    def reader(self) -> Reader:
        """Which words of a sentence answer a question. Raises ModelError."""
        with self._lock:
            if self._reader is None:
                from index.reader import load_reader  # noqa: PLC0415 - needs numpy

                self._reader = load_reader(self._threads)
            return self._reader
