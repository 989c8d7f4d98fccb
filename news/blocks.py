"""What an article or a notice is made of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

# Draws a block in the chooser as readers will see it.
PREVIEW = "news/blocks/preview.html"
# With what a new table begins.
A_TABLE = {
    "data": [["楼栋", "时间"], ["1–5 号楼", "9:00–12:00"], ["6–12 号楼", "13:00–17:00"]],
    "first_row_is_table_header": True,
    "first_col_is_header": False,
    "table_header_choice": "row",
    "table_caption": "",
}
RICH = ["bold", "italic", "link", "document-link", "ol", "ul", "superscript", "subscript"]


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("图片"))
    caption = blocks.CharBlock(label=_("图片说明"), required=False, max_length=120)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "news/blocks/picture.html"
        description = _("一张图和一句说明；替代文字说给看不见图的人听。")
        preview_template = "news/blocks/preview_picture.html"


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("图片"), min_num=2, max_num=30)

    class Meta:
        icon = "image"
        label = _("图集")
        template = "news/blocks/gallery.html"
        description = _("两张以上的图，点开能一张张看。")
        preview_template = "news/blocks/preview_gallery.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("引文"), max_length=400)
    source = blocks.CharBlock(label=_("出处"), required=False, max_length=60)

    class Meta:
        icon = "openquote"
        label = _("引文")
        template = "news/blocks/quote.html"
        description = _("居民或领导的原话，写明是谁说的。")
        preview_template = PREVIEW
        preview_value = {
            "text": "老槐树在我小时候就这么高，夏天全院的人都在树下吃饭。",
            "source": "陈奶奶，七号楼",
        }


class CallBlock(blocks.StructBlock):
    """A telephone number that can be pressed: for many residents the only form they like."""

    label = blocks.CharBlock(label=_("找谁"), max_length=40, default="社区服务站")
    number = blocks.CharBlock(label=_("电话"), max_length=30, help_text=_("带区号，例如 0571-5550-0112。"))
    hours = blocks.CharBlock(
        label=_("接听时间"), required=False, max_length=60, default="周一至周五 9:00–17:00"
    )

    class Meta:
        icon = "mobile-alt"
        label = _("电话")
        template = "news/blocks/call.html"
        description = _("可以直接按下去拨打的电话。")
        preview_template = PREVIEW
        preview_value = {"label": "社区服务站", "number": "0571-5550-0112", "hours": "周一至周六 8:30–17:30"}


class AttachmentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("文件"))
    note = blocks.CharBlock(label=_("说明"), required=False, max_length=80)

    class Meta:
        icon = "doc-full"
        label = _("附件")
        template = "news/blocks/attachment.html"
        description = _("表格、通知原件等文件，写明有几页、给谁用。")
        preview_template = "news/blocks/preview_attachment.html"


class VideoBlock(blocks.StructBlock):
    """A film of the community's own: no foreign player, no foreign eyes."""

    film = DocumentChooserBlock(label=_("视频文件（MP4）"))
    poster = ImageBlock(label=_("封面"), required=False)
    caption = blocks.CharBlock(label=_("说明"), required=False, max_length=120)

    class Meta:
        icon = "media"
        label = _("视频")
        template = "news/blocks/video.html"
        description = _("社区自己拍的短片，不用外面的播放器。")
        preview_template = "news/blocks/preview_video.html"

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
        label=_("小标题"),
        max_length=60,
        icon="title",
        template="news/blocks/heading.html",
        description=_("把长文分成几段，读的人好找。"),
        preview_template=PREVIEW,
        preview_value="哪天停水，停多久",
    )
    paragraph = blocks.RichTextBlock(
        label=_("段落"),
        features=RICH,
        template="news/blocks/paragraph.html",
        description=_("一段话，可以加粗、加链接、列条目。"),
        preview_template=PREVIEW,
        preview_value="<p>周六 9:00 到 17:00 停水，<b>请提前储水</b>。</p><ul><li>先接两桶备用</li><li>关好热水器</li></ul>",
    )
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    table = TableBlock(
        label=_("表格"),
        template="news/blocks/table.html",
        default=A_TABLE,
        description=_("时间表、名单；第一行写每一列是什么。"),
        preview_template=PREVIEW,
        preview_value=A_TABLE,
    )
    call = CallBlock()
    attachment = AttachmentBlock()
    video = VideoBlock()
