"""The names and descriptions of commands in other languages, a file per language under `translations/`.

A file is named after Discord's code for the language. Its tables [names] and [descriptions] give a translation for
each English text; what is not in it stays English.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from discord import Locale
from discord.app_commands import TranslationContextLocation as Place
from discord.app_commands import TranslationContextTypes, Translator, locale_str

_TABLES = {
    Place.command_name: "names",
    Place.group_name: "names",
    Place.parameter_name: "names",
    Place.choice_name: "names",
    Place.command_description: "descriptions",
    Place.group_description: "descriptions",
    Place.parameter_description: "descriptions",
}


class CommandTranslator(Translator):
    """Looks texts up in the files."""

    def __init__(self) -> None:
        self._languages = translations()

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """The text in that language; None to leave it in English."""
        tables = self._languages.get(locale.value, {})
        found: str | None = tables.get(_TABLES.get(context.location, ""), {}).get(string.message)
        return found


def translations() -> dict[str, dict[str, Any]]:
    """By Discord's code of the language, then `names` or `descriptions`: the translation of each English text."""
    folder = files("bot") / "translations"
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8")) for file in found}
