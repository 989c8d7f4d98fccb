"""Wagtail's groups, which follow from the roles (`domain.roles`)."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from foundation.accounts.domain.roles import GROUP_OF_ROLE
from foundation.core.access.roles import Role

PAGE_RIGHTS = {
    Role.EDITOR: ["add_page", "change_page"],
    # No `publish_page`: the inbox publishes what she approved, and nobody what she wrote herself (P2).
    Role.REVIEWER: ["add_page", "change_page"],
    Role.ADMINISTRATOR: [
        "add_page",
        "change_page",
        "publish_page",
        "delete_page",
        "lock_page",
        "unlock_page",
    ],
}
# Wagtail asks for the rights on its own model of pictures, whichever model an installation puts in its place.
COLLECTION_RIGHTS = [
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
]
MODEL_RIGHTS = {
    Role.ADMINISTRATOR: ["change_sitesettings", "add_channel", "change_channel", "delete_channel"]
}


def make_groups() -> None:
    """Create the groups with their page, image and document rights; again changes nothing."""
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for role, name in GROUP_OF_ROLE.items():
        group, _new = Group.objects.get_or_create(name=name)
        for right in Permission.objects.filter(
            codename__in=PAGE_RIGHTS[role], content_type__app_label="wagtailcore"
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
        for right in Permission.objects.filter(
            codename__in=COLLECTION_RIGHTS, content_type__app_label__in=("wagtailimages", "wagtaildocs")
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=right
            )
        group.permissions.add(*Permission.objects.filter(codename__in=MODEL_RIGHTS.get(role, [])))
