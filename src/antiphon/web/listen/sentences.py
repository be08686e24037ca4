"""What the listening side's scripts say to people, by the names that `words.js` asks for."""

from django.utils.translation import gettext as _


def everything() -> dict[str, str]:
    """Every sentence, in the active language. Places for values are written {so}."""
    return {
        "hour": _("{n} hour"),
        "hours": _("{n} hours"),
        "minute": _("{n} minute"),
        "minutes": _("{n} minutes"),
        "second": _("{n} second"),
        "seconds": _("{n} seconds"),
        "place": _("{at} of {length}"),
        "percent": _("{n} percent"),
        "play": _("Play"),
        "pause": _("Pause"),
        "playTitle": _("Play {title}"),
        "pauseTitle": _("Pause {title}"),
        "playingNow": _("Playing"),
        "pausedNow": _("Paused"),
        "muted": _("Sound off"),
        "unmuted": _("Sound on"),
        "seekIn": _("Place in {title}"),
        "added": _("{title} is in the queue."),
        "addedMany": _("{n} tracks are in the queue."),
        "moved": _("{title} is now number {n} of {all}."),
        "removed": _("{title} is out of the queue."),
        "cleared": _("The queue is cleared."),
        "up": _("Move {title} up"),
        "down": _("Move {title} down"),
        "remove": _("Remove {title} from the queue"),
        "pressPlay": _("Your browser wants you to press play first."),
        "gone": _("{title} cannot be heard any more."),
        "cannotPlay": _("{title} does not play just now. Check the connection and press play again."),
        "cannotLoad": _("The list could not be loaded. Check the connection and try again."),
        "emptyList": _("There is nothing to play in it yet."),
        "copied": _("The link is copied."),
        "codeCopied": _("The code is copied."),
        "close": _("Close"),
        "suggestions": _("Suggestions"),
        "suggested": _("{n} suggestions. Arrow down reads them."),
        "suggestedNone": _("No suggestions."),
        "shuffleOn": _("Shuffle is on: what comes next is drawn by lot."),
        "shuffleOff": _("Shuffle is off: what comes next is in its order again."),
        "repeatOff": _("Repeat is off."),
        "repeatAll": _("The whole queue repeats."),
        "repeatOne": _("This track repeats."),
        "logForked": _(
            "The public log of this site contradicts itself: what it shows now and what it showed this browser before "
            "cannot both be true. Keep the evidence, and tell others."
        ),
        "logUnshown": _(
            "The public log of this site does not show that it continues what it showed this browser before."
        ),
        "logEvidence": _("Save both checkpoints"),
        "logAnew": _("I know why: begin anew"),
    }
