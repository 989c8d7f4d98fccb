"""Wagtail's groups, which follow from the roles and the one table of rights (`domain.roles`, DESIGN §2)."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from foundation.accounts.domain.roles import GROUP_OF_ROLE
from foundation.core.access.permissions import Grant, django_rights, grants
from foundation.core.access.roles import Role

PAGES, COLLECTIONS = {"wagtailcore"}, {"wagtailimages", "wagtaildocs"}


def rights_of(role: Role) -> set[str]:
    """Return Django's names of what a role may do, as the table of rights says."""
    return {
        name
        for name, permission in django_rights().items()
        if any(role == (entry.role if isinstance(entry, Grant) else entry) for entry in grants()[permission])
    }


def _rights(names: set[str]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app_label, codename = name.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    return list(Permission.objects.filter(wanted).select_related("content_type"))


def make_groups() -> None:
    """Give every group exactly the rights of its role; again changes nothing."""
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for role, name in GROUP_OF_ROLE.items():
        group, _new = Group.objects.get_or_create(name=name)
        rights = _rights(rights_of(role))
        of_pages = [right for right in rights if right.content_type.app_label in PAGES]
        of_collections = [right for right in rights if right.content_type.app_label in COLLECTIONS]
        for right in of_pages:
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
        for right in of_collections:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=right
            )
        # What an earlier version gave, or somebody added by hand, is not in the table.
        on_pages = GroupPagePermission.objects.filter(group=group)
        on_pages.exclude(page=root, permission__in=of_pages).delete()
        on_collections = GroupCollectionPermission.objects.filter(group=group)
        on_collections.exclude(collection=collection, permission__in=of_collections).delete()
        group.permissions.set([right for right in rights if right not in of_pages + of_collections])
