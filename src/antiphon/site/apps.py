from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "antiphon.site"
    label = "antiphon_site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the ports. Services import models, so not before every room's are loaded."""
        from antiphon.site import wiring

        wiring.wire()
