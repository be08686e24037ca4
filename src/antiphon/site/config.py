"""Every `ANTIPHON_*` setting: its type, default and meaning. A bad value stops the start in one sentence.

Owns reading the environment (and `<NAME>_FILE`, for secrets kept in files). Django's own settings are in
`settings.py`; nothing else reads `os.environ`.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Env = Mapping[str, str]


class BadSetting(SystemExit):
    """A setting holds a value that cannot be used; the message says which, and what would."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name} is {value!r}, but it must be {wanted}.")


def text(name: str, value: str) -> str:
    return value.strip()


def flag(name: str, value: str) -> bool:
    known = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    if value.strip().lower() not in known:
        raise BadSetting(name, value, "yes or no")
    return known[value.strip().lower()]


def count(name: str, value: str) -> int:
    digits = value.strip().replace("_", "")
    if not digits.isascii() or not digits.isdigit():
        raise BadSetting(name, value, "a whole number, zero or more")
    return int(digits)


def words(name: str, value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def folder(name: str, value: str) -> Path:
    return Path(value).expanduser().resolve()


def one_of(*choices: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value.strip() not in choices:
            raise BadSetting(name, value, "one of " + ", ".join(choices))
        return value.strip()

    return read


@dataclass(frozen=True)
class Setting:
    """One line of the settings page: `docs/operate/settings.md` lists exactly these."""

    name: str
    read: Callable[[str, str], Any]
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PORT", count, "8000", "port to listen on"),
    Setting("ANTIPHON_DATA", folder, "var", "folder of database, files, keys, logs and mail"),
    Setting("ANTIPHON_HOST", text, "127.0.0.1", "address to listen on"),
    Setting(
        "ANTIPHON_URL", text, "", "address the world sees, such as https://music.example; empty: http://localhost:PORT"
    ),
    Setting("ANTIPHON_ALLOWED_HOSTS", words, "", "further host names to answer to, by comma"),
    Setting("ANTIPHON_DATABASE_URL", text, "", "postgresql://user@host/name; empty: SQLite in the data folder"),
    Setting("ANTIPHON_SECRET_KEY", text, "", "signing secret; empty: made once and kept in the data folder"),
    Setting("ANTIPHON_DEBUG", flag, "no", "show errors in full; never on a site that others can reach"),
    Setting("ANTIPHON_SITE_NAME", text, "Antiphon", "name of this site"),
    Setting(
        "ANTIPHON_SOURCE_URL",
        text,
        "",
        "where the running source can be had (AGPL section 13); empty: served by the site",
    ),
    Setting(
        "ANTIPHON_SIGN_UP",
        one_of("open", "invitation", "closed"),
        "open",
        "who may sign up: open, invitation or closed",
    ),
    Setting(
        "ANTIPHON_TRUSTED_PROXIES", words, "", "addresses or networks whose X-Forwarded-For and -Proto are believed"
    ),
    Setting("ANTIPHON_UPLOAD_MAX_BYTES", count, "2147483648", "largest file that may be uploaded, in bytes"),
    Setting("ANTIPHON_UPLOAD_MAX_SECONDS", count, "14400", "longest track, in seconds of decoded sound"),
    Setting("ANTIPHON_QUOTA_BYTES", count, "21474836480", "room for the originals of one account, in bytes"),
    Setting("ANTIPHON_UPLOAD_KEEP_HOURS", count, "168", "hours an unfinished upload can still be resumed"),
    Setting("ANTIPHON_MEDIA_SLACK_SECONDS", count, "3600", "seconds a media address lives beyond the track's length"),
    Setting("ANTIPHON_ACCEL", flag, "no", "let a front server send media (X-Accel-Redirect to /_files/)"),
    Setting("ANTIPHON_WORKERS", count, "1", "jobs that a worker runs at the same time"),
    Setting("ANTIPHON_THREADS", count, "8", "threads that answer pages"),
    Setting("ANTIPHON_JOB_ENGINE", one_of("huey"), "huey", "what carries jobs: huey"),
    Setting("ANTIPHON_FILE_STORE", one_of("local"), "local", "where files are kept: local"),
    Setting(
        "ANTIPHON_EMAIL_URL",
        text,
        "",
        "smtp://user:password@host:port (smtps for TLS); empty: kept as files, read at /mailbox",
    ),
    Setting("ANTIPHON_EMAIL_FROM", text, "Antiphon <antiphon@localhost>", "sender of e-mail"),
    Setting("ANTIPHON_DELETION_GRACE_DAYS", count, "14", "days between asking for an account's deletion and its end"),
    Setting("ANTIPHON_KEEP_LOG_DAYS", count, "30", "days that logs are kept"),
    Setting("ANTIPHON_KEEP_ADDRESS_DAYS", count, "7", "days that network addresses stay with sessions and sign-ins"),
    Setting("ANTIPHON_API_PER_MINUTE", count, "600", "API requests a minute for one key or person; 0: no limit"),
    Setting("ANTIPHON_API_PER_MINUTE_ADDRESS", count, "120", "the same for one address without a key; 0: no limit"),
    Setting("ANTIPHON_DEMO", flag, "yes", "make the demo catalogue at the first start"),
    Setting("ANTIPHON_TIME_ZONE", text, "UTC", "the site's own time zone; people choose theirs"),
)


class Config:
    """The settings as read: attributes are the names without prefix, in lower case (`config.data`, `config.port`)."""

    def __init__(self, env: Env) -> None:
        known = {setting.name for setting in SETTINGS}
        strange = sorted(n for n in env if n.startswith("ANTIPHON_") and n.removesuffix("_FILE") not in known)
        if strange:
            raise SystemExit(f"{strange[0]} is not a setting; docs/operate/settings.md lists them all.")
        # What was said, as it was said: `antiphon settings` and backups show it, secrets masked.
        self.given = {name: env[name] for name in env if name.removesuffix("_FILE") in known and env[name]}
        for setting in SETTINGS:
            setattr(self, setting.name.removeprefix("ANTIPHON_").lower(), self._value(setting, env))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    @staticmethod
    def _value(setting: Setting, env: Env) -> Any:
        path = env.get(setting.name + "_FILE")
        if path:
            try:
                raw = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise BadSetting(setting.name + "_FILE", path, f"a file that can be read ({error.strerror})") from error
        else:
            raw = env.get(setting.name, "") or setting.default
        return setting.read(setting.name, raw)


config = Config(os.environ)
