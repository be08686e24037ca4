from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "antiphon.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the room's jobs."""
        from antiphon.accounts import jobs  # noqa: F401
