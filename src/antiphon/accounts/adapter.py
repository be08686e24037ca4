"""How allauth asks us: who may sign up."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open, by invitation or closed, by setting."""
