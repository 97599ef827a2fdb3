from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.config import PREFIX, Settings, example, load_settings, main, unknown_variables
from bot.errors import ExitCode, Refused

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and none of the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in [*Settings.model_fields, "DTAA"]:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    return tmp_path


def test_without_any_setting_the_data_lie_in_the_users_data_folder() -> None:
    settings = load_settings()
    assert settings.data.name == "wuzhen"
    assert settings.data.is_absolute()
    assert (settings.model, settings.threshold, settings.threads, settings.debug) == (None, None, None, False)


def test_the_command_line_comes_before_the_environment_and_that_before_the_env_file(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / ".env").write_text("WUZHEN_DATA=from-file\nWUZHEN_THREADS=3\n")
    assert load_settings().data == Path("from-file")
    monkeypatch.setenv("WUZHEN_DATA", "from-environment")
    assert load_settings().data == Path("from-environment")
    assert load_settings(Path("given")).data == Path("given")
    assert load_settings().threads == 3


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_THRESHOLD", "")
    assert load_settings().threshold is None


def test_a_tilde_stands_for_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_DATA", "~/news")
    assert load_settings().data == Path.home() / "news"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("WUZHEN_THRESHOLD", "2", "a number from 0 to 1"),
        ("WUZHEN_THRESHOLD", "high", "a number from 0 to 1"),
        ("WUZHEN_THRESHOLD", "nan", "a number from 0 to 1"),
        ("WUZHEN_THREADS", "0", "a whole number, 1 or more"),
        ("WUZHEN_DEBUG", "perhaps", "true or false"),
        ("WUZHEN_LOG", "loud", "readable or json"),
        ("WUZHEN_PORT", "70000", "a whole number from 1 to 65535"),
        ("WUZHEN_PORT", "http", "a whole number from 1 to 65535"),
        ("WUZHEN_QUEUE", "0", "a whole number, 1 or more"),
        ("WUZHEN_TIME_LIMIT", "-1", "a whole number, 1 or more"),
        ("WUZHEN_QUESTIONS_PER_MINUTE", "0", "a whole number, 1 or more"),
        ("WUZHEN_KEEP_DAYS", "never", "a whole number, 1 or more"),
    ],
)
def test_a_bad_setting_is_refused_with_its_name_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused) as refused:
        load_settings()
    assert str(refused.value) == f"{name} is '{value}', but it must be {allowed}."
    assert refused.value.code == ExitCode.CONFIGURATION


def test_the_token_is_read_and_never_shown(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / ".env").write_text('WUZHEN_TOKEN="abc.def.ghi"\n')
    settings = load_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == "abc.def.ghi"
    assert "abc" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    monkeypatch.setenv("WUZHEN_PORT", "no")
    with pytest.raises(Refused) as refused:
        load_settings()
    assert "abc" not in str(refused.value)


def test_every_bad_setting_gets_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_THRESHOLD", "2")
    monkeypatch.setenv("WUZHEN_THREADS", "many")
    with pytest.raises(Refused) as refused:
        load_settings()
    assert len(str(refused.value).splitlines()) == 2


def test_a_data_folder_that_is_a_file_is_refused(bare: Path) -> None:
    (bare / "file").touch()
    with pytest.raises(Refused, match="is a file"):
        load_settings(bare / "file")


def test_an_env_file_that_is_not_text_is_refused(bare: Path) -> None:
    (bare / ".env").write_bytes(b"WUZHEN_MODEL=\xff\xfe")
    with pytest.raises(Refused, match="UTF-8"):
        load_settings()


def test_names_that_are_no_setting_are_noticed(bare: Path) -> None:
    (bare / ".env").write_text("WUZHEN_TREADS=2\nOTHER=1\nWUZHEN_MODEL=x\n")
    assert unknown_variables({"WUZHEN_DTAA": "x", "HOME": "y"}) == ["WUZHEN_DTAA", "WUZHEN_TREADS"]


def test_the_env_example_is_current() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example()


def test_the_env_example_names_every_setting_and_is_a_valid_env_file(bare: Path) -> None:
    uncommented = example().replace(f"# {PREFIX}", PREFIX)
    (bare / ".env").write_text(uncommented)
    assert set(dotenv_values(".env")) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert load_settings().model_dump() == Settings.model_construct().model_dump()


def test_the_check_fails_for_an_old_env_example(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare / ".env.example").write_text(example())
    assert main(["--check"]) == 0
    (bare / ".env.example").write_text("WUZHEN_OLD=1\n")
    assert main(["--check"]) == 1
    assert "not current" in capsys.readouterr().err


def test_the_module_prints_the_env_example(bare: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.config"], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    assert printed.stdout == example()
