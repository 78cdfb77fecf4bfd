"""What a first start of `make dev` makes."""

import stat
from pathlib import Path

from gateway.senders.dev_sources import make_dev_sources
from gateway.sources_file import load_sources


def test_a_first_start_makes_a_caller_with_secrets_for_its_owner_alone_and_a_second_keeps_them(tmp_path: Path) -> None:
    first = make_dev_sources(tmp_path / "home")
    files = sorted((tmp_path / "home" / "secrets").iterdir())
    assert [file.name for file in files] == ["link.secret", "product.token", "product.whsec"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "home" / "secrets").stat().st_mode) == 0o700
    [source] = load_sources(first.sources, {})
    assert source.tokens[0].get_secret_value() == first.token.read_text().strip()
    first.sources.write_text(first.sources.read_text().replace("types: all", "types: [login]"))
    second = make_dev_sources(tmp_path / "home")
    assert second == first
    assert load_sources(second.sources, {})[0].types == ("login",)
    other = make_dev_sources(tmp_path / "other")
    assert other.link_secret != first.link_secret and other.token.read_text() != first.token.read_text()
    assert {file.name for file in (tmp_path / "other").iterdir()} == {"secrets", "sources.yaml"}
