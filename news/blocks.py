"""What an article or a notice is made of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

RICH = ["bold", "italic", "link", "document-link", "ol", "ul", "superscript", "subscript"]


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图片说明"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "news/blocks/picture.html"


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("图片"), min_num=2, max_num=30)

    class Meta:
        icon = "image"
        label = _("图集")
        template = "news/blocks/gallery.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("引文"), max_length=400)
    source = blocks.CharBlock(label=_("出处"), required=False, max_length=60)

    class Meta:
        icon = "openquote"
        label = _("引文")
        template = "news/blocks/quote.html"


class CallBlock(blocks.StructBlock):
    """A telephone number that can be pressed: for many residents the only form they like."""

    label = blocks.CharBlock(label=_("找谁"), max_length=40)
    number = blocks.CharBlock(label=_("电话"), max_length=30)
    hours = blocks.CharBlock(label=_("接听时间"), required=False, max_length=60)

    class Meta:
        icon = "mobile-alt"
        label = _("电话")
        template = "news/blocks/call.html"


class AttachmentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("文件"))
    note = blocks.CharBlock(label=_("说明"), required=False, max_length=80)

    class Meta:
        icon = "doc-full"
        label = _("附件")
        template = "news/blocks/attachment.html"


class VideoBlock(blocks.StructBlock):
    """A film of the community's own: no foreign player, no foreign eyes."""

    film = DocumentChooserBlock(label=_("视频文件（MP4）"))
    poster = ImageBlock(label=_("封面"), required=False)
    caption = blocks.CharBlock(label=_("说明"), required=False, max_length=120)

    class Meta:
        icon = "media"
        label = _("视频")
        template = "news/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned["film"].filename.lower().endswith((".mp4", ".webm")):
            raise blocks.StructBlockValidationError(
                block_errors={"film": ValidationError(_("请选择 MP4 或 WebM 文件。"))}
            )
        return cleaned


def with_sizes(body: Any) -> Any:
    """Return a body whose pictures know their cut sizes, read at once; each would otherwise ask for its own."""
    pictures = []
    for block in body:
        match block.block_type:
            case "picture":
                pictures.append(block.value["image"])
            case "gallery":
                pictures += [item["image"] for item in block.value["pictures"]]
            case "video":
                pictures.append(block.value["poster"])
    prefetch_related_objects([picture for picture in pictures if picture], "renditions")
    return body


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(
        label=_("小标题"), max_length=60, icon="title", template="news/blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(label=_("段落"), features=RICH, template="news/blocks/paragraph.html")
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    table = TableBlock(label=_("表格"), template="news/blocks/table.html")
    call = CallBlock()
    attachment = AttachmentBlock()
    video = VideoBlock()
