"""Sign-in by telephone or account name, and password; guessing is stopped."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from xinfeng.base import clock
from xinfeng.people import commands, queries


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Five failures lock a name for fifteen minutes, whether or not it exists."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if not commands.count_try(username=credentials["username"], at=clock.now()):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        # Both ways in lead to one name, so that failures at either are counted together.
        credentials["username"] = queries.account_name(credentials["username"])
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        # allauth hands over closed accounts too, to send them to a page of their own.
        if user is None or not user.is_active:
            return None
        commands.forget_tries(username=credentials["username"])
        return user
