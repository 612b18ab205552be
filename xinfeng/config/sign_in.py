from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by name and password; accounts are made by offices, not by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
