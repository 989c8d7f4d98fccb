"""`manage.py create_roles`: the groups and page permissions that Wagtail needs for our roles; idempotent."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from foundation.accounts.domain.roles import GROUP_OF_ROLE
from foundation.core.access.roles import Role

PAGE_RIGHTS = {
    Role.EDITOR: ["add_page", "change_page"],
    Role.REVIEWER: ["add_page", "change_page", "publish_page"],
    Role.ADMINISTRATOR: ["add_page", "change_page", "publish_page", "delete_page", "lock_page", "unlock_page"],
}
COLLECTION_RIGHTS = ["add_portalimage", "change_portalimage", "choose_portalimage", "add_document", "change_document", "choose_document"]
SETTING_RIGHTS = {Role.ADMINISTRATOR: ["change_sitesettings"]}


class Command(BaseCommand):
    help = "Create Wagtail's groups for the roles with their page, image and document permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Page.get_first_root_node()
        collection = Collection.get_first_root_node()
        for role, name in GROUP_OF_ROLE.items():
            group, _new = Group.objects.get_or_create(name=name)
            for right in Permission.objects.filter(codename__in=PAGE_RIGHTS[role], content_type__app_label="wagtailcore"):
                GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
            for right in Permission.objects.filter(codename__in=COLLECTION_RIGHTS):
                GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)
            group.permissions.add(*Permission.objects.filter(codename__in=SETTING_RIGHTS.get(role, [])))
        self.stdout.write("Roles are in place.")
