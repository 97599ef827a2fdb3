"""`run`: the bot on Discord."""

from __future__ import annotations

import typer

from bot.cli.error_exit import log_last
from bot.cli.options import DataOption, examples

commands = typer.Typer()


@commands.command(epilog=examples("wuzhen run", "WUZHEN_LOG=json wuzhen run"))
def run(data: DataOption = None) -> None:
    """Be a bot on Discord until Ctrl-C.

    Needs the token of your bot in WUZHEN_TOKEN; the README tells where it comes from. Ends with 78 when the token
    or a setting cannot be used, and with 69 when Discord cannot be reached or another bot runs on this folder.
    """
    from bot.client.lifecycle import run as run_bot
    from bot.config import load_settings

    settings = load_settings(data)
    try:
        run_bot(settings)
    except Exception as error:
        raise typer.Exit(log_last(error)) from None
