from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "antiphon.site"
    label = "antiphon_site"
    default_auto_field = "django.db.models.BigAutoField"
