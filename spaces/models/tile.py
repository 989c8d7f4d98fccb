"""How somebody arranged the tiles (应用) of her space (S12)."""

from django.db import models

from foundation.accounts.models import User


class SpaceTile(models.Model):
    """Where one tile stands, and whether it is shown; a tile without a row comes last, shown."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="tiles")
    # As its source is registered; what no source answers to any more is passed over.
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="tile_once_in_space"),
            models.UniqueConstraint(fields=["owner", "position"], name="one_tile_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.position} {self.key}"
