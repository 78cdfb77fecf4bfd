"""The gateway's settings from the environment, and what is said of a bad one."""

from pathlib import Path

import pytest

from gateway.http.settings import GatewaySettings


def test_without_a_word_it_listens_to_this_machine_alone_and_nobody_may_tell_anything() -> None:
    settings = GatewaySettings.from_env({"PATH": "/bin", "EVERGREEN_GATEWAY_SOMETHING_ELSE": "1", "EVERGREEN_GATEWAY_PORT": ""})
    assert settings == GatewaySettings()
    assert (settings.host, settings.port, settings.sources) == ("127.0.0.1", 8090, None)
    assert (settings.metrics_public, settings.metrics_host, settings.own_metrics_port) == (False, "127.0.0.1", 8091)


def test_the_environment_is_read_and_a_secret_is_not_shown() -> None:
    settings = GatewaySettings.from_env(
        {
            "EVERGREEN_GATEWAY_HOST": "0.0.0.0",
            "EVERGREEN_GATEWAY_PORT": "80",
            "EVERGREEN_GATEWAY_SOURCES": "/etc/sources.yaml",
            "EVERGREEN_GATEWAY_USAGE_WINDOW": "60",
            "EVERGREEN_GATEWAY_METRICS_TOKEN": "a-token-of-ours",
        }
    )
    assert (settings.host, settings.port, settings.sources, settings.usage_window) == ("0.0.0.0", 80, Path("/etc/sources.yaml"), 60.0)
    assert "a-token-of-ours" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "99999", "EVERGREEN_GATEWAY_PORT: input should be less than or equal to 65535"),
        ("PORT", "http", "EVERGREEN_GATEWAY_PORT: input should be a valid integer, unable to parse string as an integer"),
        ("LARGEST_BODY", "12", "EVERGREEN_GATEWAY_LARGEST_BODY: input should be greater than or equal to 1024"),
        ("BODY_TIMEOUT", "0", "EVERGREEN_GATEWAY_BODY_TIMEOUT: input should be greater than 0"),
    ],
)
def test_a_bad_value_is_told_by_its_variable(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        GatewaySettings.from_env({f"EVERGREEN_GATEWAY_{name}": value})
    assert str(refused.value) == sentence
