"""Every way in which ingest can say no, in words for a musician. Owns the sentences; `service` translates them.

A failure is *of the file* (sending it again changes nothing) or *of the moment* (another try may work).
"""


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation without translating it here: a core knows no Django."""
    return message


class Failure(Exception):
    """Why an ingest stopped: a code of `SENTENCES` and the values its sentence names."""

    def __init__(self, code: str, **values: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def sentence(self) -> str:
        """The sentence to translate, with `%(name)s` places for `values`."""
        return SENTENCES.get(self.code, SENTENCES["crashed"])

    @property
    def of_the_moment(self) -> bool:
        """Whether trying again may help: the machine failed, not the file."""
        return self.code in MOMENTARY

    def in_english(self) -> str:
        return self.sentence % self.values


MOMENTARY = frozenset({"crashed", "out-of-memory", "took-too-long", "disk-full", "interrupted", "missing"})

SENTENCES: dict[str, str] = {
    "empty": gettext_noop("The file is empty. Please export it again and send the new one."),
    "archive": gettext_noop("This is an archive (zip or similar). Please unpack it and send the music inside."),
    "playlist": gettext_noop("This is a playlist: a list of songs, not a song. Please send the audio file itself."),
    "document": gettext_noop("This is a document, not music."),
    "picture": gettext_noop("This is a picture, not music. Artwork is added on the track's edit page."),
    "video": gettext_noop("This is a video format we do not read. Please export the sound as WAV, FLAC or MP3."),
    "midi": gettext_noop("This is MIDI: notes without sound. Please export it as WAV, FLAC or MP3."),
    "other-audio": gettext_noop("We do not read this audio format. Please export it as WAV, AIFF, FLAC or MP3."),
    "text": gettext_noop("This is a text file, whatever its name says. Please send the audio file itself."),
    "unknown": gettext_noop("This is none of the formats we read: WAV, AIFF, FLAC, MP3, AAC or M4A, Ogg Vorbis, Opus."),
    "unreadable": gettext_noop(
        "The file looks like %(container)s, but it cannot be opened: its beginning is damaged. Please export it again."
    ),
    "cut-off": gettext_noop(
        "The file was cut off: it says it lasts %(declared)s, but the sound stops at %(found)s. "
        "Please export or copy it again."
    ),
    "no-index": gettext_noop(
        "The file was cut off before its table of contents was written. Please export or copy it again."
    ),
    "no-sound": gettext_noop("There is no sound in this file."),
    "codec": gettext_noop(
        "The sound inside is in a form we do not read (%(codec)s). Please export it as WAV, FLAC or MP3."
    ),
    "protected": gettext_noop("The file is locked by copy protection, so it cannot be read."),
    "channels": gettext_noop("The file has %(channels)s channels; up to 8 can be mixed down to stereo."),
    "rate": gettext_noop("The sample rate is %(rate_hz)s Hz; it must be between 8,000 and 384,000 Hz."),
    "too-long": gettext_noop("The track is longer than %(limit)s, which is the longest this site takes."),
    "damaged": gettext_noop(
        "Too much of the file is damaged: %(bad)s of %(packets)s pieces cannot be read. Please export it again."
    ),
    "broken-samples": gettext_noop(
        "%(share)s %% of the samples are not usable numbers (NaN, infinite or far beyond full scale). "
        "Please export it again, as 24-bit if you can."
    ),
    "bad-picture": gettext_noop("The picture cannot be read. Please send a JPEG, PNG or WebP."),
    "picture-too-large": gettext_noop("The picture is too large: %(width)s by %(height)s pixels."),
    "took-too-long": gettext_noop("Working on this file took too long and was stopped."),
    "out-of-memory": gettext_noop("Working on this file needed too much memory and was stopped."),
    "output-too-large": gettext_noop("What was made from this file grew beyond its limit, so it was stopped."),
    "crashed": gettext_noop("The audio engine stopped unexpectedly while working on this file."),
    "disk-full": gettext_noop("The site's disk is full. Your file is safe; it will be tried again."),
    "interrupted": gettext_noop("The work was interrupted. Your file is safe; it will be tried again."),
    "missing": gettext_noop("The original cannot be found in the site's storage."),
}


def clock_time(seconds: float) -> str:
    """Return `m:ss` or `h:mm:ss`, as a player shows it."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
