"""Addresses of the guard's pages."""

from django.urls import path

from antiphon.web.guard import button, robot

urlpatterns = [
    path("studio/tracks/<int:track_id>/robot", robot.robot, name="robot"),
    path("guard/button", button.button, name="guard_button"),
]
