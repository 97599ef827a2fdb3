"""Buttons, menus and forms; all that one needs to know stands in its custom id, so that it works after a restart."""
