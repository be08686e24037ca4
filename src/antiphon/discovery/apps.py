from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "antiphon.discovery"
    label = "discovery"
    default_auto_field = "django.db.models.BigAutoField"
