"""Publish an article as an editor does, and print when that was done: the suite `web` asks who sees it, and when."""

import sys
import time

import django
from django.apps import apps

if __name__ == "__main__":
    django.setup()
    from django.contrib.auth import get_user_model

    index = apps.get_model("news.NewsIndexPage").objects.first()
    channel = apps.get_model("news.Channel").objects.first()
    editor = get_user_model().objects.get(username="reviewer")
    for line in sys.stdin:
        title = line.strip()
        page = apps.get_model("news.ArticlePage")(
            title=title, slug=title, summary=title, channel=channel, live=False, owner=editor
        )
        index.add_child(instance=page)
        revision = page.save_revision(user=editor)
        print(time.time(), flush=True)
        # As the inbox does it: nobody publishes past the review by herself.
        revision.publish(user=editor, skip_permission_checks=True)
        print(time.time(), flush=True)
