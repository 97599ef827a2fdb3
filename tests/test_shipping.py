"""The container and the service: what can be told without a daemon."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.config import Settings
from bot.operations.web import HOST

ROOT = Path(__file__).parents[1]
ANALYZE = shutil.which("systemd-analyze")
UNIT = ROOT / "bot" / "docs" / "wuzhen.service"


def stages() -> list[str]:
    return re.split(r"^FROM ", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)[1:]


def test_the_last_stage_has_the_base_and_the_prepared_model_and_nobody_is_root() -> None:
    models, base, last = stages()
    assert ".[models]" in models
    assert "model export /model" in models
    assert "models" not in base
    assert re.findall(r"^COPY --from=(\w+)", last, re.MULTILINE) == ["models", "base"]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert "pip install" not in last


def test_every_setting_of_the_container_is_one_and_its_health_is_asked_where_it_is_told() -> None:
    last = stages()[-1]
    named = {name.lower() for name in re.findall(r"WUZHEN_([A-Z_]+)", last)}
    assert named == {"data", "model", "port", "log"}
    assert named <= set(Settings.model_fields)
    port = re.search(r"WUZHEN_PORT=(\d+)", last)
    assert port
    assert f"http://{HOST}:{port[1]}/healthz" in last


def test_the_composed_service_can_write_to_its_data_alone() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["wuzhen"]
    assert service["read_only"] is True
    assert service["volumes"] == ["data:/data"]
    assert service["cap_drop"] == ["ALL"]
    assert int(service["stop_grace_period"].removesuffix("s")) > 20  # as long as questions in work are waited for


@pytest.mark.skipif(ANALYZE is None, reason="no systemd here")
def test_the_unit_is_one_and_keeps_what_it_runs_apart(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text("utf-8").replace("/opt/wuzhen/.venv/bin/wuzhen", "/bin/true"))
    for words in (["verify"], ["security", "--offline=true", "--threshold=25"]):  # of 100; 0 is best
        done = subprocess.run([str(ANALYZE), *words, str(here)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_wrong_setting_is_not_tried_again_and_everything_else_is() -> None:
    lines = UNIT.read_text("utf-8").splitlines()
    assert "Restart=on-failure" in lines
    assert "RestartPreventExitStatus=78" in lines
