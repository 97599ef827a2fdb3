"""What is wrong between the bot and Discord: its token, its application, what it may do in its servers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import discord

from bot.client.invite import PERMISSIONS, invite_link
from bot.client.permissions import in_words
from bot.config import Settings
from bot.operations.credentials import WHERE, application_id, fault
from bot.phrasing import counted
from index.health import Check

_PATIENCE = 15.0  # seconds until Discord counts as out of reach
_PORTAL = "https://discord.com/developers/applications"
_SHOWN = 200  # servers; Discord's own limit for one request


def checkup(settings: Settings) -> Iterator[Check]:
    """The token, and what Discord says when it can be reached; without a token there is nothing to check."""
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        yield Check("token", ok=True, detail="not set: only `wuzhen run`, the bot on Discord, needs one")
        return
    if why := fault(token):
        yield Check("token", ok=False, detail=f"WUZHEN_TOKEN is no bot's token: {why}", advice=f"take it from {WHERE}")
        return
    yield Check("token", ok=True, detail="set, and looks like one")
    if application := application_id(token):
        yield Check("invite link", ok=True, detail=invite_link(application))
    yield from asyncio.run(_ask(token))


async def _ask(token: str) -> list[Check]:
    """What Discord says, or why it says nothing."""
    client = discord.Client(intents=discord.Intents.none())
    try:
        async with client, asyncio.timeout(_PATIENCE):
            await client.login(token)
            servers = await client.http.get_guilds(_SHOWN, with_counts=False)
            return [_login(client), *_application(client), _servers(servers)]
    except discord.LoginFailure:
        advice = f"take a new token from {WHERE}"
        return [Check("login", ok=False, detail="Discord refused the token", advice=advice)]
    except discord.HTTPException as error:
        return [_not_checked(f"Discord answered with status {error.status}")]
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [_not_checked("Discord cannot be reached from here")]


def _not_checked(why: str) -> Check:
    return Check("login", ok=True, detail=f"not checked: {why}", advice="run `wuzhen doctor` again when online")


def _login(client: discord.Client) -> Check:
    return Check("login", ok=True, detail=f"Discord knows the token: it belongs to {client.user}")


def _application(client: discord.Client) -> Iterator[Check]:
    """The switches of the application that keep the bot from working."""
    yield Check("intents", ok=True, detail="none that has to be switched on is asked for")
    application = client.application
    if application is None:
        return
    where = f"at {_PORTAL}/{application.id}"
    if application.interactions_endpoint_url:
        detail = "an Interactions Endpoint URL is set, so commands and buttons never reach the bot"
        yield Check("application", ok=False, detail=detail, advice=f"clear it {where}/information")
    if application.bot_require_code_grant:
        detail = "“Requires OAuth2 Code Grant” is on, so the invite link does not work"
        yield Check("application", ok=False, detail=detail, advice=f"switch it off {where}/bot")


def _servers(servers: Any) -> Check:
    """Which servers do not give the bot what it needs; single channels may still differ."""
    lacking = [f"{server['name']} ({', '.join(names)})" for server in servers if (names := _missing(server))]
    count = counted(len(servers), "server")
    if not servers:
        return Check("servers", ok=True, detail="in none yet", advice="open the invite link to bring the bot into one")
    if lacking:
        advice = "give them to the bot's role in the server's settings, or open the invite link again"
        return Check("servers", ok=False, detail=f"{count}; missing permissions: {'; '.join(lacking)}", advice=advice)
    return Check("servers", ok=True, detail=f"{count}; all permissions given, though a channel may take them away")


def _missing(server: Any) -> list[str]:
    has = discord.Permissions(int(server.get("permissions", 0)))
    if has.administrator or server.get("owner"):
        return []
    return [in_words(name) for name, wanted in PERMISSIONS if wanted and not getattr(has, name)]
