"""Addresses of those who ask for a licence, and of those who are asked."""

from django.urls import path

from antiphon.web.licence import asking, following, replying

app_name = "licence"
urlpatterns = [
    path("licence", asking.ask, name="ask"),
    path("licence/sent", asking.sent, name="sent"),
    path("licence/enquiries", following.mine, name="mine"),
    path("licence/enquiries/<slug:uid>", following.one, name="enquiry"),
    path("licence/enquiries/<slug:uid>/withdraw", following.withdraw, name="withdraw"),
    path("licence/by-link/<slug:secret>", following.by_link, name="by-link"),
    path("studio/enquiries", replying.asked, name="asked"),
    path("studio/enquiries/<slug:uid>", replying.one, name="asked-one"),
    path("answers/enquiry/<str:token>", replying.by_token, name="token"),
]
