from foundation.social.models.comment import Comment
from foundation.social.models.draft import Draft
from foundation.social.models.feed import FeedEntry
from foundation.social.models.follow import Follow
from foundation.social.models.poll import Poll, PollChoice, PollVote
from foundation.social.models.post import Mention, Post, PostPicture, PostRevision, Topic, TopicOnPost
from foundation.social.models.reaction import Reaction

__all__ = [
    "Comment",
    "Draft",
    "FeedEntry",
    "Follow",
    "Mention",
    "Poll",
    "PollChoice",
    "PollVote",
    "Post",
    "PostPicture",
    "PostRevision",
    "Reaction",
    "Topic",
    "TopicOnPost",
]
