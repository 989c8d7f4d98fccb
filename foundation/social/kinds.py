from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    ONLY_ON_SITE,
    CommentPolicy,
    CommentsFacet,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    FeedFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReportFacet,
    ReviewFacet,
    ReviewTiming,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind
from foundation.social.domain import leaving, polls
from foundation.social.domain.albums import hide_album
from foundation.social.domain.comments import decide_comment, hide_comment
from foundation.social.domain.posts import hide_post
from foundation.social.domain.queries.albums import album_scope, load_albums
from foundation.social.domain.queries.posts import load_posts, post_scope
from foundation.social.domain.reported import (
    album_evidence,
    album_files,
    album_texts,
    comment_evidence,
    post_evidence,
    post_files,
    post_texts,
)
from foundation.social.models import (
    Album,
    Block,
    Bookmark,
    Comment,
    CommentMention,
    Draft,
    Follow,
    FollowRule,
    Mention,
    PollVote,
    Post,
    Reaction,
)
from foundation.social.permissions import SocialPermission

NO_PLACE = Without("belongs to a person; what is for a place carries its scope")

KINDS = [
    Kind(
        key="post",
        model="social.Post",
        name=_("说说"),
        title=lambda post: Truncator(post.text).chars(40) or str(_("照片")),
        url=lambda post: post.url,
        visible_to=lambda user: Post.objects.visible_to(user).select_related("author"),
        owner=lambda post: post.author_id,
        place_path=NO_PLACE,
        audit={
            "social.post_status": _("发布说说"),
            "social.edit_post": _("修改说说"),
            "social.delete_post": _("删除说说"),
        },
        privacy=PrivacyFacet(
            subject="author",
            category="content",
            retain="until the author deletes it",
            on_erase=OnErase.DELETE,
            erase=leaving.erase_posts,
        ),
        search=SearchFacet(
            text=lambda post: post.text,
            # Its author's name stands over it, as she is called when it is shown.
            title=lambda post: "",
            scope=post_scope,
            date=lambda post: post.created_at,
            state=("scope_level", "scope_ref", "text"),
            related=["author"],
            fields=frozenset({"text", "scope_level", "scope_ref", "hidden_at", "deleted_at", "author"}),
        ),
        review=Without("verified residents post at once; what is reported comes as a case"),
        notify={
            "liked": Event(_("%(who)s 赞了您的说说"), EventGroup.PEOPLE, ONLY_ON_SITE),
            "reacted": Event(_("%(who)s 回应了您的说说"), EventGroup.PEOPLE, ONLY_ON_SITE),
            "mentioned": Event(_("%(who)s 在说说里提到了您"), EventGroup.PEOPLE),
            "shared": Event(_("%(who)s 转发了您的说说"), EventGroup.PEOPLE, ONLY_ON_SITE),
        },
        comments=CommentsFacet(policy=CommentPolicy.AT_ONCE),
        feed=FeedFacet(load=load_posts, template="components/post.html"),
        report=ReportFacet(
            hide=hide_post,
            texts=post_texts,
            stands=lambda post: post.deleted_at is None and post.hidden_at is None,
            evidence=post_evidence,
            files=post_files,
        ),
        export=ExportFacet(rows=leaving.own_posts, as_data=leaving.post_data, files=leaving.post_files),
        demo=Without("spaces fills the statuses"),
        can_be_saved=True,
    ),
    Kind(
        key="album",
        model="social.Album",
        name=_("相册"),
        title=lambda album: album.title,
        url=lambda album: album.url,
        visible_to=lambda user: Album.objects.visible_to(user).select_related("author"),
        owner=lambda album: album.author_id,
        place_path=NO_PLACE,
        audit={
            "social.make_album": _("新建相册"),
            "social.edit_album": _("修改相册"),
            "social.delete_album": _("删除相册"),
        },
        privacy=PrivacyFacet(
            subject="author",
            category="content",
            retain="until the author deletes it",
            on_erase=OnErase.DELETE,
            erase=leaving.erase_albums,
        ),
        search=SearchFacet(
            text=lambda album: album.text,
            scope=album_scope,
            date=lambda album: album.created_at,
            state=("scope_level", "scope_ref", "title", "text"),
            related=["author"],
            fields=frozenset({"title", "text", "scope_level", "scope_ref", "hidden_at", "author"}),
        ),
        review=Without("verified residents post at once; what is reported comes as a case"),
        notify=Without("followers find it in their feed"),
        comments=CommentsFacet(policy=CommentPolicy.AT_ONCE),
        feed=FeedFacet(load=load_albums, template="components/album.html"),
        report=ReportFacet(
            hide=hide_album,
            texts=album_texts,
            stands=lambda album: album.hidden_at is None,
            evidence=album_evidence,
            files=album_files,
        ),
        export=ExportFacet(
            rows=leaving.own_albums, as_data=leaving.album_data, files=leaving.own_album_files
        ),
        demo=Without("spaces fills the albums"),
        can_be_saved=True,
    ),
    Kind(
        key="comment",
        model="social.Comment",
        name=_("评论"),
        title=lambda comment: Truncator(comment.comment).chars(40),
        url=lambda comment: comment.url,
        visible_to=Comment.objects.with_targets,
        owner=lambda comment: comment.user_id,
        place_path=NO_PLACE,
        audit={"social.comment": _("发表评论"), "social.delete_comment": _("删除评论")},
        privacy=PrivacyFacet(
            subject="user",
            category="content",
            retain="until the author deletes it",
            on_erase=OnErase.DELETE,
            erase=leaving.erase_comments,
        ),
        search=Without("found with what it stands under"),
        review=ReviewFacet(
            decide=decide_comment,
            permission=SocialPermission.REVIEW_COMMENT,
            template="social/comment_review.html",
            timing=ReviewTiming.NEVER,
            least=ReviewTiming.NEVER,
            timing_note=_("新闻和公告下的评论总是先审后发；这里设置的是说说等处的评论。"),
            reasons=[
                _("内容与文章无关。"),
                _("请文明发言，不要指责他人。"),
                _("含有他人的个人信息，请去掉后再发。"),
            ],
        ),
        notify={
            "commented": Event(_("%(who)s 评论了您"), EventGroup.PEOPLE),
            "mentioned": Event(_("%(who)s 在评论里提到了您"), EventGroup.PEOPLE),
            "replied": Event(_("%(who)s 回复了您的评论"), EventGroup.PEOPLE),
            "approved": Event(_("您的评论已经公开"), EventGroup.OWN),
            "refused": Event(_("您的评论没有公开"), EventGroup.OWN),
        },
        comments=Without("answers are comments of the same thread"),
        feed=Without("shown with what it stands under"),
        report=ReportFacet(
            hide=hide_comment,
            texts=lambda comment: [comment.comment],
            stands=lambda comment: comment.is_public and not comment.is_removed and comment.hidden_at is None,
            evidence=comment_evidence,
        ),
        export=ExportFacet(rows=leaving.own_comments, as_data=leaving.comment_data),
        demo=Without("comes with what it stands under"),
        hangs_on=lambda comment: comment.target,
    ),
]
NOT_KINDS = {
    "Block": "its owner's alone; shown as a person in her own list",
    "Bookmark": "its owner's alone; points to an object of a kind, which decides",
    "FollowRule": "its owner's own choice",
    "CommentMention": "part of a comment",
    "Draft": "its writer's alone; never listed",
    "FeedEntry": "points to an object of a kind, whose scope decides",
    "Follow": "shown as the two people; counted, never listed to others",
    "Mention": "part of a post",
    "Photo": "part of an album",
    "Poll": "part of a post",
    "PollChoice": "part of a post",
    "PollVote": "shown as a number",
    "PostPicture": "part of a post",
    "PostRevision": "part of a post",
    "Reaction": "shown as a number",
    "Topic": "a word; its page lists posts",
    "TopicOnPost": "part of a post",
}
OWN_DATA = [
    OwnPart(
        key="following",
        name=_("关注的人"),
        facet=ExportFacet(
            rows=lambda user: Follow.objects.filter(follower=user).select_related("followed"),
            as_data=leaving.follow_data,
        ),
    ),
    OwnPart(
        key="blocked",
        name=_("拉黑的人"),
        facet=ExportFacet(
            rows=lambda user: Block.objects.filter(blocker=user).select_related("blocked"),
            as_data=leaving.block_data,
        ),
    ),
    OwnPart(
        key="follow_rule",
        name=_("关注规则"),
        facet=ExportFacet(
            rows=lambda user: FollowRule.objects.filter(user=user), as_data=leaving.follow_rule_data
        ),
    ),
    OwnPart(
        key="likes",
        name=_("赞过和回应过的说说"),
        facet=ExportFacet(
            rows=lambda user: Reaction.objects.filter(user=user).select_related("post__author"),
            as_data=leaving.reaction_data,
        ),
    ),
    OwnPart(
        key="saved",
        name=_("收藏"),
        facet=ExportFacet(
            rows=lambda user: Bookmark.objects.filter(user=user).select_related("user"),
            as_data=leaving.bookmark_data,
        ),
    ),
    OwnPart(
        key="drafts",
        name=_("草稿"),
        facet=ExportFacet(rows=lambda user: Draft.objects.filter(user=user), as_data=leaving.draft_data),
    ),
    OwnPart(
        key="mentions",
        name=_("提到我的说说"),
        facet=ExportFacet(
            rows=lambda user: Mention.objects.filter(
                user=user, post__in=Post.objects.visible_to(user)
            ).select_related("post__author"),
            as_data=leaving.mention_data,
        ),
    ),
    OwnPart(
        key="mentions_in_comments",
        name=_("提到我的评论"),
        facet=ExportFacet(
            rows=lambda user: CommentMention.objects.filter(
                user=user, comment__in=Comment.objects.visible_to(user)
            ).select_related("comment"),
            as_data=leaving.comment_mention_data,
        ),
    ),
    OwnPart(
        key="votes",
        name=_("投过的票"),
        facet=ExportFacet(
            rows=lambda user: PollVote.objects.filter(user=user).select_related(
                "choice", "poll__post__author"
            ),
            as_data=leaving.vote_data,
        ),
    ),
]
ERASE = [
    Erasing(links=["social.PollVote.user"], why="a vote is somebody's own act", erase=polls.forget_votes),
    Erasing(
        links=[
            "social.Draft.user",
            "social.Mention.user",
            "social.CommentMention.user",
            "social.Photo.author",
            "social.FeedEntry.actor",
            "social.Follow.follower",
            "social.Follow.followed",
            "social.FollowRule.user",
            "social.Block.blocker",
            "social.Block.blocked",
            "social.Reaction.user",
            "social.Bookmark.user",
        ],
        why="her own acts among neighbours",
        erase=leaving.erase_rest,
    ),
    Erasing(
        links=["django_comments_xtd.XtdComment.user", "django_comments.Comment.user"],
        why="the tables below our comments, emptied with them",
    ),
]
