"""What the site search reads: one narrow row for each thing that can be found, its words beside it (docs/adr/0021).

The engines' own indexes hang on `SearchText` (`search.engine`). SQLite's triggers go where a migration rewrites that
table: it has to bring them back.
"""

from django.db import models


class SearchDocument(models.Model):
    """Something that can be found, with whoever may find it as a token.

    All that is asked of many rows at once stands here and nothing wide: thousands are sorted for a common word.
    """

    # In place of a level: the kind itself is asked whom it lets see the object.
    ASKED = "asked"

    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    # A piece of the object for others than the whole is for; empty: the whole.
    part = models.CharField(max_length=30, blank=True, default="")
    title = models.CharField(max_length=255, blank=True)
    # The title as it is compared: in NFKC and lower case, without punctuation.
    heading = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=500, blank=True)
    weight = models.SmallIntegerField(default=1)
    date = models.DateTimeField(null=True)
    # The same in minutes, to sort thousands by; 0 without one.
    recency = models.IntegerField(default=0)
    language = models.CharField(max_length=10, blank=True)
    place_path = models.CharField(max_length=255, blank=True)
    owner_id = models.BigIntegerField(null=True)
    scope_level = models.CharField(max_length=12)
    scope_ref = models.CharField(max_length=64, blank=True, default="")
    # What the kind's `state` was when this was written.
    state = models.CharField(max_length=32, blank=True)
    # Of all of it: what is the same is not written again.
    digest = models.CharField(max_length=32)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "part"], name="found_once"),
            models.CheckConstraint(condition=~models.Q(scope_level=""), name="found_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchText(models.Model):
    """The words of a document: as they are shown around a hit, and as they are asked for."""

    document = models.OneToOneField(SearchDocument, models.CASCADE, primary_key=True, related_name="words_of")
    text = models.TextField(blank=True)
    # Pairs of characters in their order, then single ones and pinyin; a blank before and after each.
    words = models.TextField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return str(self.document_id)
