from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "antiphon.transparency"
    label = "transparency"
    default_auto_field = "django.db.models.BigAutoField"
