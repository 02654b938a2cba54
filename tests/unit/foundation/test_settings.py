"""Settings: valid from nothing, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values

from assistant.domain.errors import ConfigurationError
from config import ROOT, SECRETS, Settings, load_settings, setting_names, unknown_names


@pytest.fixture(autouse=True)
def _only_the_environment_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in setting_names() | {f"{secret.upper()}_FILE" for secret in SECRETS}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


def test_nothing_set_is_local_mode() -> None:
    settings = load_settings()
    assert settings.local_mode
    assert settings.database == f"sqlite:///{ROOT / 'data' / 'assistant.db'}"
    assert settings.models_dir == ROOT / ".models"


def test_the_template_and_the_settings_are_the_same_set() -> None:
    assert set(dotenv_values(ROOT / ".env.template")) == setting_names()


def test_the_template_as_it_stands_is_valid(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.template").read_text())
    assert load_settings() == Settings()


def test_an_empty_value_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CALLS", "")
    assert load_settings().max_calls == Settings().max_calls


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("OWNER_NUMBERS", "0123", "write it like +12025550123"),
        ("TWILIO_ACCOUNT_SID", "AC12", "copy it from the Twilio console"),
        ("MAX_CALLS", "many", "whole number"),
        ("MAX_CALL_MINUTES", "0", "greater than or equal to 1"),
        ("STT_ENGINE", "siri", "one of auto, whisper, vosk or none"),
        ("OWNER_PIN", "12ab", "4 to 10 digits"),
        ("PUBLIC_BASE_URL", "phone.example.com", "https://phone.example.com"),
        ("QUIET_HOURS", "9pm-8am", "21:00-08:00"),
        ("CORS_ORIGINS", "*", "scheme and host"),
        ("RATE_LIMIT_KEY", "fast", "600/minute"),
        ("DATABASE_URL", "mysql://x", "sqlite:/// or postgresql+psycopg://"),
        ("CONSOLE_PASSPHRASE", "hunter2", "at least 8 characters"),
        ("OWNER_API_KEY", "hunter2", "at least 16"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    assert error.value.detail.startswith(f"{name}: ") or name in error.value.detail
    assert says in error.value.detail
    if name in {secret.upper() for secret in SECRETS}:
        assert value not in error.value.detail.replace(says, "")


def test_all_mistakes_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CALLS", "x")
    monkeypatch.setenv("OWNER_PIN", "x")
    with pytest.raises(ConfigurationError) as error:
        load_settings()
    assert len(error.value.detail.splitlines()) == 2


def test_a_token_needs_its_account_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "t0k3n")
    with pytest.raises(ConfigurationError, match="TWILIO_ACCOUNT_SID and PUBLIC_BASE_URL"):
        load_settings()


def test_secrets_are_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_PIN", "482916")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://u:hunter2@h/n")
    shown = repr(load_settings()) + str(load_settings())
    assert "482916" not in shown and "hunter2" not in shown


def test_a_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("482916\n")
    monkeypatch.setenv("OWNER_PIN_FILE", str(tmp_path / "pin"))
    assert load_settings().secret("owner_pin") == "482916"
    monkeypatch.setenv("OWNER_PIN_FILE", str(tmp_path / "gone"))
    with pytest.raises(ConfigurationError, match="OWNER_PIN_FILE: cannot read"):
        load_settings()


def test_a_typo_in_the_file_gets_a_hint(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TWILIO_AUTHTOKEN=x\n")
    assert unknown_names(tmp_path / ".env") == ["TWILIO_AUTHTOKEN in .env is not a setting; did you mean TWILIO_AUTH_TOKEN?"]
