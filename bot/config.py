"""Settings: WUZHEN_ variables of the environment, or of a .env file in the working directory.

`python -m bot.config` prints .env.example; with --check it fails when the file here is another.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dotenv import dotenv_values
from platformdirs import user_data_dir
from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.library import Library

PREFIX = "WUZHEN_"
ENV_FILE = ".env"
EXAMPLE = Path(".env.example")
READERS = 8  # at most: one reads for one server, and more would leave no processor to those who ask


def _setting(default: Any, description: str, allowed: str, shown: str | None = None, **limits: Any) -> Any:
    """A setting; `allowed` completes "it must be …", `shown` is the default as a person reads it, if not as it is."""
    extra: dict[str, Any] = {"allowed": allowed, "default": str(default).lower() if shown is None else shown}
    return Field(default, description=description, json_schema_extra=extra, **limits)


def _count(default: int, description: str) -> Any:
    """A setting that is a number of something."""
    return _setting(default, description, "a whole number, 1 or more", ge=1)


class Settings(BaseSettings):
    """What can be set; an option of the command line comes before the environment, and that before .env."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    data: Path = _setting(
        Path(user_data_dir("wuzhen")),
        "Where articles, what was found in them and the prepared model are kept.",
        "the path of a folder",
        "your user's data folder",
    )
    model: str | None = _setting(
        None,
        "The sentence-transformers model that compares texts: a folder, or a name, which is then downloaded. "
        "Articles are read again with `wuzhen rebuild` after a change.",
        "a folder or the name of a model",
        "the model that is installed with Wuzhen",
    )
    threshold: float | None = _setting(
        None,
        "How sure an answer must be to be given. Higher: fewer wrong answers, and more often 'the articles "
        "do not say'.",
        "a number from 0 to 1",
        "the value that was measured to be best",
        ge=0,
        le=1,
    )
    verdict: float | None = _setting(
        None,
        'How sure a yes or no to "did X say …?" must be.',
        "a number from 0 to 1",
        "the value that was measured to be best",
        ge=0,
        le=1,
    )
    threads: int | None = _setting(
        None,
        "How many processor cores may be used.",
        "a whole number, 1 or more",
        "all of them",
        ge=1,
    )
    debug: bool = _setting(
        False,
        "Whether an unexpected error shows where in the program it happened, and the log tells more.",
        "true or false",
    )
    token: SecretStr | None = _setting(
        None,
        "The token of your bot, only for `wuzhen run`. Whoever has it is your bot: show it to nobody.",
        "the token from the page Bot at https://discord.com/developers/applications",
        "not set",
    )
    log: Literal["readable", "json"] = _setting(
        "readable",
        "How `wuzhen run` writes its log to stderr: lines for people, or a JSON object a line. No log holds what "
        "people ask.",
        "readable or json",
    )
    port: int | None = _setting(
        None,
        "Where the running bot tells this machine alone how it is: http://127.0.0.1:PORT/healthz and /metrics "
        "(Prometheus).",
        "a whole number from 1 to 65535",
        "off",
        ge=1,
        le=65535,
    )
    queue: int = _count(100, "How many questions may wait at once before the bot says that it is busy.")
    time_limit: int = _count(10, "After how many seconds a question is given up.")
    questions_per_minute: int = _count(12, "How many questions one person may ask in a minute.")
    guild_articles: int = _count(1000, "How many articles a Discord server may have.")
    guild_characters: int = _count(
        5_000_000,
        "How many characters the articles of a Discord server may have together. A million needs about 70 MB of "
        "disk, and of memory while questions are asked.",
    )
    readers: int = _setting(
        2,
        "How many processes read the articles that are added on Discord. With one, a long article holds up everybody "
        "else's. Each needs about 300 MB of memory while it reads, and one of them up to 650 MB for a long article.",
        f"a whole number from 1 to {READERS}",
        "2",
        ge=1,
        le=READERS,
    )
    links: bool = _setting(
        True,
        "Whether articles may be added from links. Only public web pages are fetched, of sites that let programs "
        "read them.",
        "true or false",
    )
    leave_days: int = _count(
        30,
        "After how many days all that is kept of a Discord server is deleted, once the bot was removed from it.",
    )
    keep_days: int = _count(
        180,
        "After how many days votes, unanswered questions, and who changed what in a server are forgotten.",
    )

    def library(self, progress: Callable[[str], None], data: Path | None = None) -> Library:
        """The library of the data folder, or another one, that answers as is set; `progress` is told what goes on."""
        from index.library import Library

        return Library(
            data or self.data,
            model=self.model,
            threshold=self.threshold,
            verdict=self.verdict,
            threads=self.threads,
            progress=progress,
        )


def load_settings(data: Path | None = None) -> Settings:
    """The settings that hold here; `data` is the folder given on the command line.

    Raises:
        Refused: a setting is not allowed (a sentence for each), or .env cannot be read.
    """
    try:
        settings = Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        raise Refused("\n".join(_complaints(error)), ExitCode.CONFIGURATION) from None
    except UnicodeDecodeError:
        raise Refused(f"{ENV_FILE} is not UTF-8 text: save it as UTF-8.", ExitCode.CONFIGURATION) from None
    settings.data = settings.data.expanduser()
    there = next(place for place in (settings.data, *settings.data.absolute().parents) if place.exists())
    if not there.is_dir():
        sentence = f"{there} is a file, so {settings.data} cannot be the data folder: "
        raise Refused(f"{sentence}give another with --data or {PREFIX}DATA.", ExitCode.CONFIGURATION)
    return settings


def _complaints(error: ValidationError) -> list[str]:
    """A sentence per bad setting: its name, its value, what is allowed."""
    bad = [(str(fault["loc"][0]), fault["input"]) for fault in error.errors()]
    return [f"{PREFIX}{name.upper()} is '{value}', but it must be {_note(name, 'allowed')}." for name, value in bad]


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """Names that look like settings but are none, of the environment and of .env, sorted."""
    names = {*(os.environ if environment is None else environment), *_names_in_env_file()}
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)


def _names_in_env_file() -> set[str]:
    return set(dotenv_values(ENV_FILE, encoding="utf-8")) if Path(ENV_FILE).is_file() else set()


def example() -> str:
    """The text of .env.example."""
    head = (
        "Wuzhen's settings with their defaults. Copy this file to .env and uncomment what you change. "
        "A variable of the environment comes before .env, and an option of the command line before both. "
        "Made by `python -m bot.config`: change bot/config.py, not this file."
    )
    return "\n".join([_comment(head), *(_example_of(name, field) for name, field in Settings.model_fields.items())])


def _example_of(name: str, field: FieldInfo) -> str:
    allowed, default = _note(name, "allowed"), _note(name, "default")
    value = default if default == str(field.default).lower() else ""
    about = _comment(str(field.description)) + _comment(f"Allowed: {allowed}. Default: {default}.")
    return f"{about}# {PREFIX}{name.upper()}={value}\n"


def _note(name: str, key: str) -> str:
    extra = Settings.model_fields[name].json_schema_extra
    return str(extra[key]) if isinstance(extra, dict) else ""


def _comment(text: str) -> str:
    return textwrap.fill(text, 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False) + "\n"


def main(arguments: list[str]) -> int:
    """Print .env.example, or with --check compare it with the file in the working directory."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m bot.config [--check]\n")
        return ExitCode.USAGE
    if not arguments:
        sys.stdout.write(example())
        return ExitCode.OK
    if EXAMPLE.is_file() and EXAMPLE.read_text(encoding="utf-8") == example():
        return ExitCode.OK
    sys.stderr.write(f"{EXAMPLE} is not current: run `python -m bot.config > {EXAMPLE}`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
