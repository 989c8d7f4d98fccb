"""Somebody who has left traces wherever the site keeps any, each with a word that nobody else uses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.db import connection

from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.crypto.seal import open_sealed
from foundation.core.flow import outbox
from foundation.core.models import OutboxMessage

CANARY = "卡纳瑞"
MAIL, MOBILE, NUMBER = "canary@example.org", "+8613900007777", "110102195806071243"
WORDS = (CANARY, MAIL, MOBILE, NUMBER)


def leave_traces(person: Callable, places: dict, picture: Callable, drain: Callable) -> Any:
    """Make the person and her traces; return her."""
    from foundation.accounts.adapter import AccountAdapter
    from foundation.accounts.domain.profile import change_profile
    from foundation.accounts.models import User
    from foundation.accounts.models.profile import default_levels
    from foundation.core.access.scopes import ONLY, PUBLIC, RESIDENTS, Scope
    from foundation.social.domain import comments, follows, posts, reactions
    from foundation.social.models import Draft
    from identity.models import Claim
    from residents.domain.records import Particulars, record_resident

    canary, friend = person("canary", display=CANARY), person("friend")
    AccountAdapter().set_phone_verified(canary, MOBILE)
    User.objects.filter(pk=canary.pk).update(verified_name=f"{CANARY}实名")
    canary = User.objects.get(pk=canary.pk)
    change_profile(
        canary,
        by=canary,
        display_name=CANARY,
        values={"bio": f"{CANARY}的简介", "hobbies": CANARY},
        levels=default_levels(),
        avatar=picture("me.jpg"),
    )
    from datetime import date

    facts = {"gender": "female", "birthday": date(1958, 6, 7), "document": "id_card", "number": NUMBER}
    record_resident(
        Particulars(name=f"{CANARY}实名", phone=MOBILE, email=MAIL, **facts),
        place=places["ginkgo"],
        account=canary,
        by=None,
    )
    claim = Claim(user=canary, place=places["ginkgo"], state="refused", consent_version="x", reason=CANARY)
    claim.items = {"name": CANARY, "number": NUMBER, "phone": MOBILE}
    claim.save(force_insert=True)
    public = posts.post_status(
        by=canary, text=f"{CANARY}公开 #银杏#", scope=Scope(PUBLIC), pictures=[picture("tree.jpg")]
    )
    posts.edit_post(public, by=canary, text=f"{CANARY}改过 #银杏#", scope=Scope(PUBLIC))
    posts.post_status(by=canary, text=f"{CANARY}邻居", scope=Scope(RESIDENTS))
    posts.post_status(by=canary, text=f"{CANARY}日记", scope=Scope(ONLY, str(canary.pk)))
    theirs = posts.post_status(by=friend, text="秘密在友人那里", scope=Scope(PUBLIC))
    comments.comment(by=canary, target=theirs, text=f"{CANARY}评论")
    comments.comment(by=friend, target=public, text="友人的评论不给别人")
    reactions.react(theirs, by=canary, liked=True)
    follows.follow(friend, by=canary)
    follows.follow(canary, by=friend)
    _keep_a_space(canary, friend, picture)
    Draft.objects.create(user=canary, key="status:new", text=f"{CANARY}草稿")
    EmailAddress.objects.get_or_create(user=canary, email=MAIL, defaults={"verified": True, "primary": True})
    drain()
    outbox.enqueue("mail", key="mail:later", payload={"from": "x", "to": [MAIL], "raw": ""})
    return User.objects.get(pk=canary.pk)


def _keep_a_space(canary: Any, friend: Any, picture: Callable) -> None:
    """An album, a diary with a draft, words in each other's guestbook, and each in the other's address book."""
    from foundation.core.access.scopes import PUBLIC, Scope
    from foundation.social.domain import albums
    from spaces.domain import address_book, diary, guestbook

    album = albums.make_album(by=canary, title=f"{CANARY}相册", scope=Scope(PUBLIC))
    albums.add_photo(album, picture("album.jpg"), by=canary, caption=f"{CANARY}照片")
    for title, publish in ((f"{CANARY}日志", True), (f"{CANARY}没写完", False)):
        diary.write_entry(
            by=canary,
            title=title,
            body=f"{CANARY}正文",
            scope=Scope(PUBLIC),
            pictures=[picture("diary.jpg")] if publish else [],
            descriptions=[f"{CANARY}图"],
            publish=publish,
        )
    guestbook.leave_message(friend, by=canary, text=f"{CANARY}留言")
    guestbook.leave_message(canary, by=friend, text="友人的留言不给别人")
    for owner, filed in ((canary, friend), (friend, canary)):
        entry = address_book.file_person(filed, by=owner)
        group = address_book.make_group(f"{CANARY}分组", by=canary) if owner == canary else None
        address_book.note_down(entry, remark=f"{CANARY}备注", note="", group=group, by=owner)


def found_in_tables(words: tuple[str, ...] = WORDS) -> list[str]:
    """Name every column of every table, sealed ones opened, in which one of `words` stands."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        sealed = {
            field.column: field
            for field in model._meta.concrete_fields
            # What is bound to another column is read through its model, below.
            if isinstance(field, EncryptedTextField) and not field.bound_to
        }
        key = model._meta.pk.column
        for row in rows:
            values = dict(zip(names, row, strict=True))
            for column, value in values.items():
                text = str(value)
                if column in sealed and value:
                    text = open_sealed(bytes(value), label=sealed[column].label(), row=str(values[key]))
                if any(word in text for word in words):
                    found.append(f"{model._meta.label}.{column}")
    for message in OutboxMessage.objects.exclude(payload=b""):
        text = message.payload
        if any(word in text for word in words) or any(word.encode().hex() in text for word in words):
            found.append(f"outbox {message.key}")
    return sorted(set(found))


def files_of_everybody() -> list[Path]:
    return [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()]
