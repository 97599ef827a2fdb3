"""Discord: all that imports discord, from the gateway's events to messages, commands and buttons."""
