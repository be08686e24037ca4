"""Every sentence that the studio's scripts may say, in the page's language. `{name}` is a blank the script fills."""

from django.utils.translation import gettext as _


def sentences() -> dict[str, str]:
    """Return the sentences by key; `words.js` reads them from the page."""
    return {**_phases(), **_refusals(), **_page(), **_bringing(), **_small()}


def _phases() -> dict[str, str]:
    return {
        "phase.checking": _("Looking at it."),
        "phase.waiting": _("Waiting for its turn."),
        "phase.unattested": _("Waiting for your tick at the top."),
        "phase.starting": _("Starting: {sent} of {size}."),
        "phase.sending": _("{sent} of {size} · {speed}/s · {left} left"),
        "phase.storing": _("All bytes sent. The server is putting them in a safe place."),
        "phase.lost": _("{sent} of {size} sent."),
        "phase.paused": _("Paused at {sent} of {size}. What was sent is kept."),
        "phase.unfinished": _("{percent} % of this file arrived earlier."),
        "phase.received": _("Received."),
        "phase.stopped": _("Not accepted."),
        "phase.refused": _("Not sent."),
        "phase.twin": _("Not sent again."),
        "phase.cancelled": _("Cancelled."),
        "unfinished.pick": _("Choose or drop the same file again, and it goes on from there."),
        "unfinished.ask": _("Press “Go on” and allow the browser to read it."),
        "unfinished.gone": _("The browser cannot reach the file any more. Choose or drop it again to go on."),
        "unfinished.other": _(
            "The file you chose has this name and size but holds something else. Choose the one you began with."
        ),
        "lost.line": _("The connection broke. We keep trying; you need not do anything."),
        "lost.offline": _("You are offline. It goes on by itself as soon as you are back."),
        "error.signed_out": _("You have been signed out. Sign in in another tab, then press “Try again”."),
        "error.unknown": _("The server answered with an error ({status}). Press “Try again”."),
    }


def _refusals() -> dict[str, str]:
    return {
        "refused.empty": _("This file is empty. Export it again."),
        "refused.picture": _("This is a picture, not music. You can add it as artwork on the page of a track or set."),
        "refused.kind": _("This is not a sound file that can be played here."),
        "refused.size": _("This file is larger than one file may be here."),
        "refused.unreadable": _("The browser cannot read this file. Is it still there, and not open elsewhere?"),
        "twin.queued": _("It holds the same sound as “{name}”, which is on this page already."),
        "twin.received": _("You have uploaded “{name}” already, and this is the same file."),
        "drop.nothing": _("There was no file in what you chose."),
        "drop.unreadable": _("The browser could not read what you dropped. Try choosing the files with the button."),
    }


def _page() -> dict[str, str]:
    return {
        "added.one": _("One file added."),
        "added.other": _("{count} files added."),
        "here.one": _("One file of this folder is here already, or on its way, and is not sent again."),
        "here.other": _("{count} files of this folder are here already, or on their way, and are not sent again."),
        "unfinished.one": _("One upload is unfinished. Choose the same file again to go on."),
        "unfinished.other": _("{count} uploads are unfinished. Choose the same files again to go on."),
        "attest.first": _("Tick the box about your rights, and the upload begins."),
        "list.unread": _("The list of unfinished uploads could not be read. Reload the page to try again."),
        "progress": _("How much of {name} has arrived"),
        "group.album": _("Album: {folder}"),
        "group.earlier": _("Came in earlier, not published yet"),
        "group.loose": _("Single tracks"),
        "total": _("{sent} of {size}"),
        "total.left": _("{sent} of {size} · {speed}/s · {left} left"),
        "total.held": _("Everything is paused at {sent} of {size}."),
        "do.hold_all": _("Pause all"),
        "do.resume_all": _("Go on with all"),
        "chosen.one": _("One track chosen"),
        "chosen.other": _("{count} tracks chosen"),
        "order.kept": _("{title} is now number {place} of {count}."),
        "order.lost": _("The new order could not be saved. Reload the page and try again."),
        "copied": _("Copied."),
        "copy.by_hand": _("The browser does not let us copy. The link is marked: copy it yourself."),
    }


def _bringing() -> dict[str, str]:
    return {
        "bring.looking": _("Looking at what is in it."),
        "bring.ready": _("Look at what would come in, then press “Bring it in”."),
        "bring.unread": _("What you dropped could not be looked at. Try once more."),
        "bring.cancelled": _("Nothing was brought in."),
        "incoming.one": _("One track"),
        "incoming.other": _("{count} tracks"),
        "stays.one": _("One thing is left out"),
        "stays.other": _("{count} things are left out"),
        "bring.loose": _("Single tracks"),
        "bring.cover": _("with its picture"),
        "bring.picture_lost": _("A picture could not be placed: {name}. You can add it on the page of the set."),
        "zip.unreadable": _("This archive cannot be opened: it is damaged, or no ZIP."),
        "zip.locked": _("This part of the archive is locked with a password."),
        "zip.crowded": _("There are too many files in this archive. Unpack it and bring them in parts."),
        "zip.bomb": _("This part of the archive grows out of all proportion when it is unpacked."),
        "zip.broken": _("This part of the archive is damaged and could not be unpacked."),
    }


def _small() -> dict[str, str]:
    return {
        "seconds": _("{count} s"),
        "minutes": _("{count} min"),
        "hours": _("{hours} h {minutes} min"),
    }
