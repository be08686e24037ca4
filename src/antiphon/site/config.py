"""Every `ANTIPHON_*` setting: its type, default and meaning. A bad value stops the start in one sentence.

Owns reading the environment (and `<NAME>_FILE`, for secrets kept in files). Django's own settings are in
`settings.py`; nothing else reads `os.environ`.
"""

import os
import re
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


def contact(name: str, value: str) -> str:
    """An address that a page can link to, `mailto:` put before a bare e-mail address."""
    said = value.strip()
    if not said or re.fullmatch(r"(?:https?://|mailto:)[!-~]{3,200}", said):
        return said
    if re.fullmatch(r"[!-;=?-~]{1,64}@[A-Za-z0-9.-]{3,200}", said):
        return f"mailto:{said}"
    raise BadSetting(name, value, "an e-mail address or a web address")


def return_path(name: str, value: str) -> str:
    """An envelope sender; a star in it stands for the word that each letter has of its own."""
    said = value.strip()
    if said and not re.fullmatch(r"(?:[A-Za-z0-9._+=-]{1,64}|[A-Za-z0-9._+=-]{0,32}\*)@[A-Za-z0-9.-]{1,200}", said):
        raise BadSetting(name, value, "an e-mail address such as bounces@music.example or bounces+*@music.example")
    return said


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


def at_least(least: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        found = count(name, value)
        if found < least:
            raise BadSetting(name, value, f"{least} or more")
        return found

    return read


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
        "ANTIPHON_CONTACT",
        contact,
        "",
        "e-mail or web address at which whoever runs this site is reached; shown at /about, where refusals lead",
    ),
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
    Setting(
        "ANTIPHON_MAIL_RETURN_PATH",
        return_path,
        "",
        "address to which servers return what they cannot deliver, such as bounces+*@music.example; * becomes a word of"
        " each letter's own; empty: ANTIPHON_EMAIL_FROM",
    ),
    Setting(
        "ANTIPHON_BOUNCES",
        text,
        "",
        "Maildir into which returned letters are delivered, read every five minutes; empty: `antiphon mail bounced`"
        " reads them, or nobody",
    ),
    Setting("ANTIPHON_DELETION_GRACE_DAYS", count, "14", "days between asking for an account's deletion and its end"),
    Setting(
        "ANTIPHON_PARCEL_DAYS",
        at_least(1),
        "7",
        "days that a copy of everything somebody has here can be downloaded, before it is deleted; 1 or more",
    ),
    Setting("ANTIPHON_KEEP_LOG_DAYS", count, "30", "days that logs are kept"),
    Setting("ANTIPHON_KEEP_ADDRESS_DAYS", count, "7", "days that network addresses stay with sessions and sign-ins"),
    Setting(
        "ANTIPHON_INVITES_PER_DAY",
        count,
        "100",
        "letters a day by which one person may ask others whether they hold rights; 0: no limit",
    ),
    Setting(
        "ANTIPHON_TERMS_DAYS_CLARIFYING",
        at_least(15),
        "15",
        "days of notice before a clarifying change; 15 or more",
    ),
    Setting("ANTIPHON_TERMS_DAYS_MATERIAL", at_least(30), "30", "days of notice before a material change; 30 or more"),
    Setting("ANTIPHON_TERMS_DAYS_RIGHTS", at_least(60), "60", "days of notice before AI or money changes; 60 or more"),
    Setting(
        "ANTIPHON_TERMS_WATCH",
        text,
        "",
        "services whose terms are read once a day where they stand, comma between them, or all; empty: none",
    ),
    Setting("ANTIPHON_ENQUIRIES_PER_DAY", count, "20", "enquiries that one asker may make in a day; 0: no limit"),
    Setting(
        "ANTIPHON_REGISTRY_SECONDS", at_least(10), "600", "longest sound that the registry answers for, in seconds"
    ),
    Setting(
        "ANTIPHON_REGISTRY_PER_HOUR",
        count,
        "300",
        "questions by sound that one person or key may ask in an hour; 0: no limit",
    ),
    Setting("ANTIPHON_REGISTRY_PER_HOUR_ADDRESS", count, "30", "the same for one address without either; 0: no limit"),
    Setting(
        "ANTIPHON_REGISTRY_BATCHED_PER_DAY",
        count,
        "20000",
        "fingerprints that one person or key may send in batches in a day; 0: no limit",
    ),
    Setting(
        "ANTIPHON_REGISTRY_KEEP_DAYS",
        count,
        "365",
        "days until what was asked by sound and answered is deleted, and creators' sums of it; 0: never",
    ),
    Setting("ANTIPHON_LIKES_PER_MINUTE", count, "60", "things that one person may like in a minute; 0: no limit"),
    Setting("ANTIPHON_REPOSTS_PER_DAY", count, "200", "things that one person may repost in a day; 0: no limit"),
    Setting(
        "ANTIPHON_FOLLOWS_PER_DAY", count, "500", "profiles that one person may begin to follow in a day; 0: no limit"
    ),
    Setting("ANTIPHON_FOLLOWS_MOST", count, "5000", "profiles that one person may follow in all; 0: no limit"),
    Setting("ANTIPHON_COMMENTS_PER_HOUR", count, "60", "comments one person may write in an hour; 0: no limit"),
    Setting(
        "ANTIPHON_COMMENTS_PER_HOUR_TRACK",
        count,
        "600",
        "comments one track takes in an hour, its creator's not counted; 0: no limit",
    ),
    Setting("ANTIPHON_COMMENT_EDIT_MINUTES", count, "60", "minutes in which one may edit one's comment"),
    Setting("ANTIPHON_LINKS_AFTER_DAYS", count, "7", "days until links in an account's comments work"),
    Setting("ANTIPHON_LINKS_AFTER_COMMENTS", count, "3", "comments that have to be there before links in them work"),
    Setting("ANTIPHON_API_PER_MINUTE", count, "600", "API requests a minute for one key or person; 0: no limit"),
    Setting("ANTIPHON_API_PER_MINUTE_ADDRESS", count, "120", "the same for one address without a key; 0: no limit"),
    Setting(
        "ANTIPHON_PLAYS_AT_ONCE", count, "10", "plays that one browser may hear at the same time before more is refused"
    ),
    Setting(
        "ANTIPHON_PLAYS_NAME_DAYS", count, "30", "days until a single play forgets which browser heard it (at least 4)"
    ),
    Setting(
        "ANTIPHON_PLAYS_KEEP_DAYS",
        count,
        "365",
        "days until single plays are deleted, listeners' histories with them; sums by day stay; 0: never",
    ),
    Setting(
        "ANTIPHON_COUNTRY_HEADER",
        text,
        "",
        "header in which a trusted proxy names the listener's country, such as CF-IPCountry; empty: not counted",
    ),
    Setting(
        "ANTIPHON_GUARD",
        one_of("off", "training", "gathering", "listed"),
        "training",
        "which known AI agents are refused: off, training, gathering (also those that do not say what for) or listed"
        " (also search for AI)",
    ),
    Setting(
        "ANTIPHON_GUARD_TRACKS_PER_HOUR",
        count,
        "240",
        "tracks that one visitor may take in an hour without listening; 0: no limit",
    ),
    Setting("ANTIPHON_GUARD_TRACKS_PER_HOUR_NETWORK", count, "1200", "the same for a network, /24 or /48; 0: no limit"),
    Setting(
        "ANTIPHON_GUARD_UNHEARD_MB",
        count,
        "16",
        "megabytes that sound runs ahead of what one visitor hears, before it goes out as fast as it is played; 0: any",
    ),
    Setting(
        "ANTIPHON_GUARD_UNHEARD_MB_NETWORK",
        count,
        "512",
        "megabytes that all of a network may have of sound that nobody there reports to hear; 0: any",
    ),
    Setting(
        "ANTIPHON_GUARD_UNHEARD_PER_MILLE",
        count,
        "3",
        "thousandths of the catalogue's sound that strangers may take unheard before both shrink; 0: never",
    ),
    Setting(
        "ANTIPHON_GUARD_SIGN_UPS_PER_HOUR", count, "30", "accounts that one network may make in an hour; 0: no limit"
    ),
    Setting(
        "ANTIPHON_GUARD_REVERSE_DNS", flag, "no", "look up whether search engines are who they say, by their names"
    ),
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
