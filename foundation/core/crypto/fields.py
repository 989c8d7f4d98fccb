"""Model fields whose values are sealed in the database (R13)."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from foundation.core.crypto.seal import open_sealed, seal


def canonical(value: Any) -> str:
    """Return the value as JSON in the one form that equal values share, so that it can be digested too."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class _Sealed:
    """What came out of the database and was not asked for yet: lists never pay for decryption."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class _Opener:
    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, _Sealed):
            value = self.field.open(value.data, instance)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):
    """Text that only this row of this field can open again; empty text is stored as empty.

    The primary key is part of the seal, so models that use it choose their key themselves before they are
    saved (`core.ids`), or name another field that they do (`bound_to`). Never filter by it: keep a blind index
    beside it.
    """

    # What a row gives, for the type checker.
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, bound_to: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        self.bound_to = bound_to
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opener(self))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        if self.bound_to:
            kwargs["bound_to"] = self.bound_to
        return name, path, args, kwargs

    def get_default(self) -> Any:
        return self.default() if callable(self.default) else self.default

    def _check_str_default_value(self) -> list[Any]:
        """BinaryField wants bytes here; what people set is text."""
        return []

    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def dump(self, value: Any) -> str:
        return value

    def load(self, text: str) -> Any:
        return text

    def row_of(self, instance: models.Model) -> Any:
        """Return what the seal is bound to, None while it is not chosen yet."""
        return getattr(instance, self.bound_to) if self.bound_to else instance.pk

    def open(self, data: bytes, instance: models.Model) -> Any:
        return self.load(
            open_sealed(data, label=self.label(), row=str(self.row_of(instance))) if data else ""
        )

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else _Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        return value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = instance.__dict__.get(self.attname)
        if value is None and self.null:
            return None
        if isinstance(value, _Sealed):
            return value.data
        text = self.dump(value)
        if not text:
            return b""
        row = self.row_of(instance)
        if row is None:
            raise ValueError(f"{self.label()} is sealed with its row's key, which is not set yet.")
        return seal(text, label=self.label(), row=str(row))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # Empty text is stored as empty, in any row and without a key.
        value = b"" if value == "" else value
        if isinstance(value, str):
            raise TypeError(f"{self.label()} is sealed row by row: set it on the instance and save.")
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return self.dump(getattr(obj, self.attname))


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, sealed like EncryptedTextField."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def dump(self, value: Any) -> str:
        return canonical(value)

    def load(self, text: str) -> Any:
        return json.loads(text) if text else self.get_default()
