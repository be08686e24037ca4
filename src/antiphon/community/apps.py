from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "antiphon.community"
    label = "community"
    default_auto_field = "django.db.models.BigAutoField"
