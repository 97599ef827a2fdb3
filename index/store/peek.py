"""A look at a store without the model that made it: enough to list articles, too little to search."""

from __future__ import annotations

from pathlib import Path

from index.store.database import WAIT_SECONDS, connect, refusing
from index.store.protocol import Manifest, StoreError
from index.store.upgrade import SCHEMA_VERSION, is_upgradable, refuse_newer


def stored_manifest(path: Path) -> Manifest | None:
    """What the store at `path` was made with; None where there is no store yet.

    Raises:
        StoreError: it is no store of ours, damaged, or of a layout that cannot be upgraded.
    """
    if no_store_at(path):
        return None
    with refusing(path):
        connection = connect(path, WAIT_SECONDS)
        try:
            if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                return None
            row = connection.execute("SELECT schema_version, model, model_sha256, dimension FROM manifest").fetchone()
        finally:
            connection.close()
    if row is not None:
        refuse_newer(path, row[0])
    if row is None or not (row[0] == SCHEMA_VERSION or is_upgradable(row[0])):
        raise StoreError(f"The store {path} was made by another version of Wuzhen: run `wuzhen rebuild`.")
    return Manifest(str(row[1]), str(row[2]), int(row[3]))


def no_store_at(path: Path) -> bool:
    """Whether there is no store at `path` yet."""
    return not path.exists() or path.stat().st_size == 0
