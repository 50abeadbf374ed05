"""Who may do what on Wagtail's own screens, where that differs from the permissions of Django."""

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class Nobody(ModelPermissionPolicy):
    """Closes the screens of a model to everybody, superusers included."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Never."""
        return False

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Never."""
        return False
