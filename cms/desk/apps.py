"""Wagtail's app of users with its own screens closed: logins belong to members, and rights come from appointments."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """`wagtail.users` for the account pages only."""

    default = False

    def ready(self) -> None:
        """Let nobody make, change or gather logins here; the desk screen of a member does it."""
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from cms.desk.policies import Nobody

        register_permission_policy(get_user_model(), Nobody(get_user_model()))
        register_permission_policy(Group)
