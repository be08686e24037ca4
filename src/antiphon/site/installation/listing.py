"""Every setting with the value it has now, secrets masked."""

from urllib.parse import urlsplit, urlunsplit

from antiphon.cli.ports import SettingLine
from antiphon.site.config import SETTINGS, Setting, config

DOTS = "••••••"


def lines() -> list[SettingLine]:
    """Return the settings in the order of the documentation."""
    return [_line(setting) for setting in SETTINGS]


def plain_values() -> dict[str, str]:
    """Return the settings that were given and hold no secret, for a backup to keep."""
    kept = {}
    for setting in SETTINGS:
        value = config.given.get(setting.name, "")
        if value and masked(setting.name, value) == value and setting.name != "ANTIPHON_DATA":
            kept[setting.name] = value
    return kept


def _line(setting: Setting) -> SettingLine:
    from_file = config.given.get(setting.name + "_FILE", "")
    given = config.given.get(setting.name, "")
    value = f"(from {from_file})" if from_file else masked(setting.name, given or setting.default)
    return SettingLine(
        name=setting.name,
        value=value,
        default=setting.default,
        is_default=not from_file and given in ("", setting.default),
        meaning=setting.meaning,
    )


def masked(name: str, value: str) -> str:
    """Hide a secret: the whole of a key, and the password inside an address."""
    if not value:
        return value
    if "SECRET" in name or "TOKEN" in name:
        return DOTS
    url = urlsplit(value) if "://" in value else None
    if url is None or not url.password:
        return value
    _, _, host = url.netloc.rpartition("@")
    return urlunsplit(url._replace(netloc=f"{url.username or ''}:{DOTS}@{host}"))
