from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "antiphon.audio"
    label = "audio"
    default_auto_field = "django.db.models.BigAutoField"
