"""Addresses of accounts: allauth's pages, settings, blocking and reporting."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, URLPattern, URLResolver, include, path, resolve
from django.views.generic import RedirectView

from antiphon.web.accounts import decisions, history, letters, people, profiles, settings_pages, showing, taking_along


def with_slash(request: HttpRequest, rest: str) -> HttpResponse:
    """allauth's own addresses end with a slash; whoever types one without is led there."""
    try:
        known = not rest.endswith("/") and resolve(f"{request.path}/").func is not with_slash
    except Resolver404:
        known = False
    if not known:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{request.path}/" + (f"?{query}" if query else ""))


urlpatterns: list[URLPattern | URLResolver] = [
    path("account", RedirectView.as_view(pattern_name="account_profiles")),
    path("account/", RedirectView.as_view(pattern_name="account_profiles"), name="account"),
    path("account/welcome", profiles.welcome, name="account_welcome"),
    path("account/profiles", profiles.profiles, name="account_profiles"),
    path("account/profiles/new", profiles.new_profile, name="account_new_profile"),
    path("account/profiles/<int:profile_id>", profiles.profile, name="account_profile"),
    path("account/profiles/<int:profile_id>/address", profiles.rename, name="account_profile_address"),
    path("account/profiles/<int:profile_id>/picture", profiles.picture, name="account_profile_picture"),
    path("account/profiles/<int:profile_id>/picture/remove", profiles.remove_picture, name="account_remove_picture"),
    path("account/profiles/<int:profile_id>/banner", profiles.banner, name="account_profile_banner"),
    path("account/profiles/<int:profile_id>/banner/remove", showing.remove_banner, name="account_remove_banner"),
    path("account/profiles/<int:profile_id>/pins", showing.pins, name="account_pins"),
    path("account/profiles/<int:profile_id>/feeds", showing.feeds, name="account_feeds"),
    path("account/preferences", settings_pages.preferences, name="account_preferences"),
    path("account/letters", letters.letters, name="account_letters"),
    path("account/letters/<str:token>", letters.letter, name="account_letter"),
    path("account/keys", settings_pages.keys, name="account_keys"),
    path("account/keys/<int:key_id>/revoke", settings_pages.revoke_key, name="account_revoke_key"),
    path("account/blocked", settings_pages.blocked, name="account_blocked"),
    path("account/blocked/<int:user_id>/unblock", settings_pages.unblock, name="account_unblock"),
    path("account/data", taking_along.own_data, name="account_data"),
    path("account/data/ask", taking_along.ask, name="account_ask_data"),
    path("account/data/download", taking_along.download, name="account_download_data"),
    path("account/leave", settings_pages.leave, name="account_leave"),
    path("account/stay", settings_pages.stay, name="account_stay"),
    path("account/decisions", decisions.decisions, name="account_decisions"),
    path("account/decisions/<int:ruling_id>", decisions.decision, name="account_decision"),
    path("settings/history", history.history, name="history"),
    path("settings/history/keep", history.keep, name="history_keep"),
    path("settings/history/delete", history.forget_all, name="history_forget_all"),
    path("settings/history/<int:play_id>/delete", history.forget, name="history_forget"),
    path("settings/history.json", history.as_json, name="history_json"),
    path("settings/history.csv", history.as_csv, name="history_csv"),
    path("people/<slug:slug>/block", people.block, name="block"),
    path("people/<slug:slug>/unblock", people.unblock, name="unblock"),
    path("report", people.report, name="report"),
    path("account/", include("allauth.urls")),
    path("account/<path:rest>", with_slash),
]
