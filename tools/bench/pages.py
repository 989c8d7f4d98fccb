"""Which pages the suite `web` asks for; read from the database, in a process with Django set up."""

import json
import uuid

import django
from django.apps import apps

TEXT = "今天银杏大道很好看，傍晚一起去走走。"


def addresses() -> dict[str, tuple[str, bool]]:
    """Name → address, and whether it is asked for as `resident`."""
    people = apps.get_model("accounts.User").objects
    commented = apps.get_model("social.Comment").objects.filter(
        is_public=True, content_type__model="articlepage"
    )
    article = (
        apps.get_model("news.ArticlePage")
        .objects.live()
        .filter(pk__in=[int(pk) for pk in commented.values_list("object_pk", flat=True)])
    )
    circle = (
        apps.get_model("groups.Circle")
        .objects.filter(state="live", members__user__username="resident")
        .order_by("-member_count", "pk")
    )
    return {
        "home": ("/", False),
        "article": (article.order_by("pk")[0].get_url(), False),
        "notices": ("/notices/", False),
        "search": ("/search/?q=%E7%A4%BE%E5%8C%BA", False),
        "member_home": ("/", True),
        "feed": ("/feed/", True),
        "space": (people.get(username="neighbour").space_url, True),
        "circle": (circle[0].get_absolute_url(), True),
        "post_status": ("/feed/post/", True),
    }


def status_form(once: uuid.UUID) -> dict[str, str]:
    """What the form under the feed sends."""
    return {"text": TEXT, "scope": "residents", "once": str(once)}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(addresses()))
