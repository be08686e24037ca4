"""The buttons: like, pass on, follow, mute."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from antiphon.accounts import service as accounts
from antiphon.catalogue import service as catalogue
from antiphon.community.service import shelves, ties
from antiphon.kernel.errors import AntiphonError, NotFound
from antiphon.web.accounts.forms import refuse
from antiphon.web.accounts.member import member, sent
from antiphon.web.community.pressing import back, button, do, is_on

TIES, PROFILE = "listen/parts/ties.html", "listen/parts/profile_ties.html"


@button
def like(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Like a track or a set, or take it back."""
    user, secret = member(request), request.POST.get("secret", "")[:64]
    verbs: dict[tuple[str, bool], Callable[[], None]] = {
        ("track", True): partial(ties.like_track, user, number, secret),
        ("track", False): partial(ties.unlike_track, user, number),
        ("set", True): partial(ties.like_set, user, number, secret),
        ("set", False): partial(ties.unlike_set, user, number),
    }
    return do(request, verbs[_known(what), is_on(request)], TIES, partial(_buttons, request, what, number))


@button
def repost(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Pass a track or a set on under one's first profile, or take it back from all of them."""
    user, thing = member(request), _thing(what, number)
    act: Callable[[], object] = partial(ties.unrepost, user, **thing)
    if is_on(request):
        act = partial(ties.repost, user, track_id=thing.get("track_id", 0), set_id=thing.get("set_id", 0))
    return do(request, act, TIES, partial(_buttons, request, what, number))


class RepostForm(forms.Form):
    """A few words to go with it, under which name, and for somebody without a profile the name itself."""

    name = forms.CharField(
        label=gettext_lazy("Your name here"),
        max_length=100,
        help_text=gettext_lazy(
            "What you repost stands under a name. It gets a page of its own, which you can fill later."
        ),
    )
    profile = forms.TypedChoiceField(label=gettext_lazy("As"), coerce=int)
    words = forms.CharField(
        label=gettext_lazy("A few words"),
        required=False,
        max_length=ties.LONGEST_WORDS,
        help_text=gettext_lazy("They stand beside it in the feeds of those who follow you."),
    )

    def __init__(self, data: object, profiles: list[accounts.Profile], words: str) -> None:
        super().__init__(data, initial={"words": words})  # type: ignore[arg-type]
        if profiles:
            del self.fields["name"]
        if len(profiles) < 2:
            del self.fields["profile"]
        else:
            self.fields["profile"].choices = [(one.pk, one.name) for one in profiles]  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def repost_words(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Pass something on with a few words, under one of one's names or a first one."""
    user, thing = member(request), _thing(what, number)
    shown = _visible(user, what, number)
    now = _ties(user, what, number)
    form = RepostForm(sent(request), accounts.profiles_of(user), now.words)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = accounts.make_profile(user, said["name"]).pk if "name" in said else said.get("profile", 0)
            ties.repost(user, **thing, profile_id=made, words=said["words"])
        except AntiphonError as error:
            refuse(form, error)
        else:
            return HttpResponseRedirect(shown.get_absolute_url())
    page = {"form": form, "thing": shown, "reposted": now.reposted}
    return render(request, "community/repost.html", page, status=422 if form.errors else 200)


@button
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a profile, or stop."""
    user, profile = member(request), accounts.profile_at(slug, request.user).profile
    act = partial(ties.follow if is_on(request) else ties.unfollow, user, profile)
    return do(request, act, PROFILE, partial(_profile_buttons, request, profile))


@button
def mute(request: HttpRequest, slug: str) -> HttpResponse:
    """Mute a profile, or hear it again."""
    user, profile = member(request), accounts.profile_at(slug, request.user).profile
    act = partial(ties.mute if is_on(request) else ties.unmute, user, profile)
    return do(request, act, PROFILE, partial(_profile_buttons, request, profile))


@button
def open_likes(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Let everybody see on a profile what its owner likes, or nobody."""
    shelves.show_likes(member(request), profile_id, is_on(request))
    return HttpResponseRedirect(back(request, f"/account/profiles/{profile_id}"))


def _buttons(request: HttpRequest, what: str, number: int) -> dict[str, object]:
    user, secret = member(request), request.POST.get("secret", "")[:64]
    try:
        _visible(user, what, number, secret)
        now = _ties(user, what, number)
    except AntiphonError:
        now = shelves.Ties()  # what one may not see has no counts either
    return {"ties": now, "what": what, "number": number, "here": back(request), "secret": secret}


def _profile_buttons(request: HttpRequest, profile: accounts.Profile) -> dict[str, object]:
    ties_now = shelves.ties_of_profile(profile, member(request))
    return {"profile": profile, "ties": ties_now, "here": back(request), "counted": request.POST.get("counted")}


def _ties(user: accounts.User, what: str, number: int) -> shelves.Ties:
    return shelves.ties_of_track(number, user) if what == "track" else shelves.ties_of_set(number, user)


def _visible(user: accounts.User, what: str, number: int, secret: str = "") -> catalogue.Track | catalogue.MusicSet:
    if what == "track":
        return catalogue.track_for(user, number, secret)
    return catalogue.set_for(user, number, secret).music_set


def _thing(what: str, number: int) -> dict[str, int]:
    return {"track_id": number} if _known(what) == "track" else {"set_id": number}


def _known(what: str) -> str:
    if what not in ("track", "set"):
        raise NotFound(_("There is nothing at this address."))
    return what
