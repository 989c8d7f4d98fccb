"""The tree of places that rights and visibility hang on."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from foundation.core.access import scopes


class Place(MP_Node):
    """A street, committee, grid or building (多级管理). Its `path` begins with its parent's path."""

    class Level(models.TextChoices):
        STREET = "street", _("街道")
        COMMITTEE = "committee", _("社区居委会")
        GRID = "grid", _("网格")
        BUILDING = "building", _("楼栋")

    # Those that have an office of their own, and a page.
    WITH_OFFICE = (Level.STREET, Level.COMMITTEE)

    name = models.CharField(_("名称"), max_length=60)
    slug = models.SlugField(_("网址名"), max_length=60, unique=True)
    level = models.CharField(_("层级"), max_length=12, choices=Level)
    # Removed by the office. The row stays, so that its path never comes to mean another place.
    retired_at = models.DateTimeField(null=True, editable=False)
    node_order_by: list[str] = []

    class Meta:
        app_label = "core"
        verbose_name = _("地点")
        verbose_name_plural = _("地点")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=["street", "committee", "grid", "building"]),
                name="place_level_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def with_office(self) -> "Place | None":
        """Return the nearest place with an office: itself, or what it lies in; None where nothing above it has one."""
        place: Place | None = self
        while place is not None and place.level not in self.WITH_OFFICE:
            place = place.get_parent()
        return place

    @property
    def chain(self) -> tuple[str, ...]:
        """The paths from the street down to this place."""
        step = self.steplen
        return tuple(self.path[:end] for end in range(step, len(self.path) + 1, step))


class ScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """The only start of a list of scoped rows."""

    def visible_to(self, user: Any) -> "ScopedQuerySet[M]":
        """Keep the rows whose scope token `user` holds, and the own ones."""
        return self.filter(scopes.readable(user, owner=self.model.scope_owner))  # type: ignore[attr-defined]


class Scoped(models.Model):
    """A row that carries who may see it, as a token in two indexed columns."""

    scope_level = models.CharField(max_length=12, default=scopes.PUBLIC)
    scope_ref = models.CharField(max_length=64, blank=True, default="")

    # The name of the foreign key to the person who always sees the row.
    scope_owner = "author"

    class Meta:
        abstract = True

    @property
    def scope(self) -> scopes.Scope:
        return scopes.Scope(self.scope_level, self.scope_ref)

    @scope.setter
    def scope(self, scope: scopes.Scope) -> None:
        self.scope_level, self.scope_ref = scope
