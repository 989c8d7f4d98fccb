"""The table of data keys; each is wrapped by the key that never enters the database."""

from django.db import models


class CryptoKey(models.Model):
    """A data key, wrapped by the key-encryption key (security.md §7).

    Its `number` stands in the second byte of every ciphertext, so that old keys stay readable while
    new ones write.
    """

    class State(models.TextChoices):
        WRITE = "write", "写入"
        READ = "read", "只读"
        RETIRED = "retired", "停用"

    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=20)
    wrapped = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.WRITE)
    # Since when it writes.
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(fields=["purpose", "number"], name="crypto_key_number_once"),
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(state="write"), name="crypto_one_writing_key"
            ),
            models.CheckConstraint(condition=models.Q(number__range=(1, 255)), name="crypto_key_fits_a_byte"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number} ({self.state})"
