from foundation.social.models.album import Album, Photo
from foundation.social.models.bookmark import Bookmark
from foundation.social.models.comment import Comment, CommentMention
from foundation.social.models.draft import Draft
from foundation.social.models.feed import FeedEntry
from foundation.social.models.follow import Block, Follow, FollowRule
from foundation.social.models.poll import Poll, PollChoice, PollVote
from foundation.social.models.post import Mention, Post, PostPicture, PostRevision, Topic, TopicOnPost
from foundation.social.models.reaction import Reaction

__all__ = [
    "Album",
    "Block",
    "Bookmark",
    "Comment",
    "CommentMention",
    "Draft",
    "FeedEntry",
    "Follow",
    "FollowRule",
    "Mention",
    "Photo",
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
