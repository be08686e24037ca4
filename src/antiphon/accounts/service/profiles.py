"""Public faces: their names, addresses, pictures and links."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import BigAutoField, CharField
from django.utils.translation import gettext as _

from antiphon.accounts.core.names import SLUG_LENGTH, fold, is_slug, slug_of
from antiphon.accounts.models import FormerSlug, Profile, Role, User
from antiphon.accounts.service import changes
from antiphon.accounts.service.people import grant_role, is_moderator, roles_of
from antiphon.kernel import ids
from antiphon.kernel.errors import BadInput, Conflict, NotFound
from antiphon.storage import service as storage
from antiphon.storage.prepared import Prepared, Slot

MOST_LINKS = 10
MOST_PROFILES = 20


@dataclass(frozen=True)
class Found:
    """The profile has this address now."""

    profile: Profile


@dataclass(frozen=True)
class Moved:
    """The profile had this address once; its present one is `profile.slug`."""

    profile: Profile


def make_profile(user: User, name: str, slug: str = "") -> Profile:
    """Make a public face; without an address, one is made from the name. The person becomes a creator.

    Raises `BadInput` for an empty name or a crooked address, `Conflict` for an address that is taken.
    """
    name = _name(name)
    slug = _slug(slug) if slug else free_slug(name)
    with transaction.atomic():
        # Locks the owner's row, so that two requests at once cannot pass the limit together.
        User.objects.select_for_update().get(pk=user.pk)
        if Profile.objects.filter(owner=user).count() >= MOST_PROFILES:
            raise Conflict(_("One account can have %(most)s profiles.") % {"most": MOST_PROFILES})
        _refuse_taken(slug)
        try:
            with transaction.atomic():
                profile = Profile.objects.create(
                    owner=user, name=name, slug=slug, search_text=_search_text(name, slug),
                    is_label=Role.LABEL in roles_of(user),
                )  # fmt: skip
        except IntegrityError as error:
            raise _taken(slug) from error
        grant_role(user, Role.CREATOR)
        changes.tell(profile.pk)
    _forget_cached(user)
    return profile


_of_owner = Prepared(lambda: Profile.objects.filter(owner_id=Slot("owner", BigAutoField())).order_by("pk"))


def profiles_of(user: User) -> list[Profile]:
    """Return a person's profiles, oldest first: one query for as long as this user object lives."""
    cached: list[Profile] | None = getattr(user, "_profiles", None)
    if cached is None:
        cached = _of_owner(owner=user.pk)
        user._profiles = cached  # type: ignore[attr-defined]
    return cached


def profile_for(user: User, profile_id: int) -> Profile:
    """Return one of this person's own profiles. Raises `NotFound` for anybody else's."""
    for profile in profiles_of(user):
        if profile.pk == profile_id:
            return profile
    raise NotFound(_("This is not one of your profiles."), subject=f"profile:{profile_id}")


def profile_at(slug: str, viewer: object = None) -> Found | Moved:
    """Return who has this address, or had it last.

    Raises `NotFound` when nobody did, and when a moderator hid the profile from this viewer: the owner and
    moderators still see it.
    """
    slug = slug.lower()
    rows = _at_slug(slug=slug)
    found: Found | Moved | None = Found(rows[0]) if rows else None
    if found is None:
        former = FormerSlug.objects.select_related("profile").filter(slug=slug).first()
        found = Moved(former.profile) if former else None
    if found is None or not may_see_profile(viewer, found.profile):
        raise NotFound(_("Nobody has this address."), subject=slug)
    return found


_at_slug = Prepared(lambda: Profile.objects.filter(slug=Slot("slug", CharField())))


def profiles_at(slugs: Iterable[str]) -> list[Profile]:
    """Return the profiles that have these addresses now and that everybody sees. One query."""
    return list(Profile.objects.filter(slug__in=list(slugs), hidden_at=None).defer("biography", "search_text"))


def may_see_profile(viewer: object, profile: Profile) -> bool:
    """Tell whether a viewer sees a profile: a hidden one only its owner and the moderators do."""
    if profile.hidden_at is None:
        return True
    return is_moderator(viewer) or getattr(viewer, "pk", None) == profile.owner_id


def rename_profile(user: User, profile_id: int, slug: str) -> Profile:
    """Give a profile a new address; the old one redirects from then on, and nobody else can take it.

    Raises `NotFound` for a profile of somebody else, `BadInput` and `Conflict` as `make_profile` does.
    """
    slug = _slug(slug)
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(pk=profile_id, owner=user).first()
        if profile is None:
            raise NotFound(_("This is not one of your profiles."), subject=f"profile:{profile_id}")
        if slug == profile.slug:
            return profile
        _refuse_taken(slug, own=profile)
        try:
            with transaction.atomic():
                FormerSlug.objects.filter(slug=slug, profile=profile).delete()
                FormerSlug.objects.create(slug=profile.slug, profile=profile)
                profile.slug = slug
                profile.search_text = _search_text(profile.name, slug)
                profile.save(update_fields=["slug", "search_text"])
                changes.tell(profile.pk)
        except IntegrityError as error:
            raise _taken(slug) from error
    _forget_cached(user)
    return profile


def edit_profile(
    user: User,
    profile_id: int,
    *,
    name: str | None = None,
    biography: str | None = None,
    place: str | None = None,
    links: list[dict[str, str]] | None = None,
    feeds_sound: bool | None = None,
) -> Profile:
    """Change what is given and leave the rest. Raises `NotFound`, and `BadInput` with the fields at fault."""
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(pk=profile_id, owner=user).first()
        if profile is None:
            raise NotFound(_("This is not one of your profiles."), subject=f"profile:{profile_id}")
        if name is not None:
            profile.name = _name(name)
        if biography is not None:
            profile.biography = _at_most(biography.strip(), 5000, "biography")
        if place is not None:
            profile.place = _at_most(place.strip(), 100, "place")
        if links is not None:
            profile.links = _links(links)
        if feeds_sound is not None:
            profile.feeds_sound = feeds_sound
        profile.search_text = _search_text(profile.name, profile.slug)
        profile.save()
        if name is not None:
            changes.tell(profile.pk)
    _forget_cached(user)
    return profile


def set_picture(profile_id: int, key: str) -> None:
    """Put a picture on a profile; an empty key takes it off. The files of the one before are deleted after."""
    _put_picture(profile_id, "picture_key", key)


def set_banner(profile_id: int, key: str) -> None:
    """Put a banner at the head of a profile's page, as `set_picture` does."""
    _put_picture(profile_id, "banner_key", key)


def _put_picture(profile_id: int, field: str, key: str) -> None:
    with transaction.atomic():
        profile = Profile.objects.select_for_update().filter(pk=profile_id).first()
        if profile is None:
            return  # deleted while the picture was being made; whoever made it owns the files
        before: str = getattr(profile, field)
        setattr(profile, field, key)
        profile.save(update_fields=[field])
        if before and before != key:
            transaction.on_commit(lambda: delete_picture_files(before))


def free_slug(name: str) -> str:
    """Return an address made from a name that is free at this moment: `ada-quill`, else `ada-quill-2`, …"""
    wish = slug_of(name)
    if not is_slug(wish):
        wish = f"{wish[: SLUG_LENGTH - 6]}-music"
    stem = wish[: SLUG_LENGTH - 8].rstrip("-")
    taken = set(Profile.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(FormerSlug.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if wish not in taken:
        return wish
    for number in range(2, 1000):
        if f"{stem}-{number}" not in taken:
            return f"{stem}-{number}"
    return f"{stem}-{ids.new_secret(7)}"


def _slug(slug: str) -> str:
    slug = slug.strip().lower()
    if not is_slug(slug):
        words = _("An address has 2 to 40 letters, digits and single hyphens, and is not a word the site uses.")
        raise BadInput(words, subject=slug, fields={"slug": words}, hint=_("Try another one."))
    return slug


def _refuse_taken(slug: str, own: Profile | None = None) -> None:
    former = FormerSlug.objects.filter(slug=slug).exclude(profile=own) if own else FormerSlug.objects.filter(slug=slug)
    if Profile.objects.filter(slug=slug).exists() or former.exists():
        raise _taken(slug)


def _taken(slug: str) -> Conflict:
    words = _("The address “%(slug)s” belongs to somebody.") % {"slug": slug}
    return Conflict(words, subject=slug, fields={"slug": words}, hint=_("Try another one."))


def _name(name: str) -> str:
    name = " ".join("".join(letter for letter in name if letter.isprintable()).split())
    if not name:
        raise BadInput(_("A profile needs a name."), fields={"name": _("A profile needs a name.")})
    return _at_most(name, 100, "name")


def _at_most(text: str, most: int, field: str) -> str:
    if len(text) > most:
        words = _("At most %(most)s characters fit here.") % {"most": most}
        raise BadInput(words, fields={field: words})
    return text.replace("\x00", "")


def _links(links: list[dict[str, str]]) -> list[dict[str, str]]:
    kept = []
    for link in links:
        url, title = link.get("url", "").strip(), link.get("title", "").strip()
        if not url:
            continue
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
        except ValueError:
            usable = False
        if not usable or " " in url or len(url) > 500:
            words = _("A link starts with http:// or https://: “%(url)s” does not.") % {"url": url[:80]}
            raise BadInput(words, fields={"links": words})
        kept.append({"title": _at_most(title, 60, "links"), "url": url})
    if len(kept) > MOST_LINKS:
        words = _("At most %(most)s links fit here.") % {"most": MOST_LINKS}
        raise BadInput(words, fields={"links": words})
    return kept


def _search_text(name: str, slug: str) -> str:
    return f"{fold(name)} {slug}"


def delete_picture_files(folder: str) -> None:
    """Delete every size of a picture that no profile shows any more."""
    files = storage.files()
    for key in files.keys(folder.rstrip("/") + "/"):
        files.delete(key)


def _forget_cached(user: User) -> None:
    if hasattr(user, "_profiles"):
        del user._profiles
