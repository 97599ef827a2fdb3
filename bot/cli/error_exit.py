"""The last stop of every error of a command: it becomes a sentence on stderr and an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from bot.errors import ExitCode, Refused

_log = logging.getLogger(__name__)


class Commands(TyperGroup):
    """The commands, with every error turned into a sentence on stderr."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; whatever it raises leaves as an exit code."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except BrokenPipeError:
            discard_stdout()
            raise typer.Exit(ExitCode.PIPE_CLOSED) from None
        except KeyboardInterrupt:
            sys.stderr.write("\n")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:  # the last stop: a person gets a sentence, never a traceback
            sentence, code = explain(error)
            if debugging():
                traceback.print_exc()
            sys.stderr.write(f"{sentence}\n")
            raise typer.Exit(code) from None


def log_last(error: Exception) -> ExitCode:
    """The exit code for an error that ends a program with a log, whose last line, in its form, is the sentence."""
    from bot.operations.logs import named

    sentence, code = explain(error, named)
    _log.error("%s", " ".join(sentence.splitlines()))
    _log.debug("Where it happened", exc_info=error)
    return code


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def explain(error: Exception, described: Callable[[BaseException], str] = _described) -> tuple[str, ExitCode]:
    """The sentence and exit code for an error that reached the top; `described` tells what no sentence is made for."""
    if isinstance(error, Refused):
        return str(error), error.code
    if (code := _known(error)) is not None:
        return str(error), code
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}. Check the path, its permissions and the free space.", ExitCode.FILES
    hint = "" if debugging() else " Run it with WUZHEN_DEBUG=1 to see the details."
    return f"Something went wrong inside Wuzhen ({described(error)}). This is a bug.{hint}", ExitCode.BUG


def _known(error: Exception) -> ExitCode | None:
    """The exit code of an error that the index raises with a sentence of its own."""
    from index.article import ArticleError
    from index.library import LibraryError
    from index.network import ModelError
    from index.store.protocol import StoreError

    if isinstance(error, (ArticleError, LibraryError)):
        return ExitCode.BAD_INPUT
    if isinstance(error, (StoreError, ModelError)):
        return ExitCode.CONFIGURATION
    return None


def debugging() -> bool:
    """Whether tracebacks are wanted: WUZHEN_DEBUG, from the environment or .env."""
    from bot.config import load_settings

    try:
        return load_settings().debug
    except Exception:  # settings that cannot be read must not hide the error that is being explained
        return bool(os.environ.get("WUZHEN_DEBUG"))


def discard_stdout() -> None:
    """Send what is still buffered for a closed pipe nowhere, so that shutting down stays quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
