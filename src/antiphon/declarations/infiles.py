"""What files that leave the house say of their rights: fills `audio.ports.Rights`."""

from django.conf import settings

from antiphon.audio.core.rights import InTheFile, Signatory
from antiphon.catalogue import service as catalogue
from antiphon.declarations import certificate
from antiphon.declarations import service as declarations
from antiphon.declarations.core import infile
from antiphon.declarations.core.declaration import SITE


class RightsInFiles:
    """The noes of a track, and where its living answer stands."""

    def in_file_of(self, track: catalogue.Track) -> InTheFile:
        """Return what a copy of this track tells now. One query."""
        said = declarations.of_track(track)
        public = catalogue.is_public(track)
        # The address of a page that not everybody may open would say that there is one.
        label = declarations.usage_page(track) if public else f"{settings.SITE_URL}/about"
        owner_page = settings.SITE_URL + track.profile.get_absolute_url() if public else ""
        told = infile.in_file(said, label)
        return InTheFile(
            infile.version_of(said.code),
            label,
            owner_page,
            # English in every file: it is read where nobody knows in which language this site was read.
            f"Every use of this by AI is a no, unless its answer at {label} says otherwise on the day of the use.",
            declarations.place_of(track).policy if told.reserved else "",
            told.content_usage,
            told.data_mining,
            told.assertions,
        )

    def lasting_tags_of(self, recording_id: int) -> dict[str, str]:
        """Return the tags of a rendition: what holds for this recording whatever its holders answer. No query.

        A rendition is made once. What the site says of all is true of each track on every day: no declaration ever
        says yes to what needs a licence in somebody's own name. The rest stands in the headers that it comes with.
        """
        told = infile.in_file(SITE, "")
        tags = {"TDM-RESERVATION": "1", "TDM-POLICY": declarations.policy_of(recording_id)} if told.reserved else {}
        return tags | ({"CONTENT-USAGE": told.content_usage} if told.content_usage else {})

    def version_of(self, code: str) -> str:
        """Return the version of what is told of a declaration with this code. No query."""
        return infile.version_of(code)

    def signatory_name(self) -> str:
        """Return the name of what files are signed with; empty where this site has no certificate. No query."""
        return certificate.signatory_name()

    def signatory(self) -> Signatory | None:
        """Return what files are signed with; None where this site has no certificate."""
        return certificate.signatory()
