import django.db.models.deletion
import django.utils.timezone
import foundation.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0014_organisations"),
        ("core", "0008_api"),
        ("signing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=40, verbose_name="标题")),
                ("text", models.TextField(max_length=2000, verbose_name="内容")),
                ("required", models.BooleanField(default=True, editable=False)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=foundation.core.ids.public_id, editable=False, max_length=16, unique=True
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=24, unique=True, verbose_name="编号")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("care", "上门关爱与生活照料"),
                            ("children", "留守儿童关爱服务"),
                            ("disability", "助残服务"),
                            ("goods", "物资与资金帮扶"),
                            ("training", "技能培训与就业帮扶"),
                            ("volunteers", "志愿服务合作"),
                        ],
                        max_length=12,
                        verbose_name="协议类型",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("pushed", "待签约"),
                            ("signed", "已签约，未到生效日"),
                            ("active", "生效中"),
                            ("suspended", "暂停"),
                            ("termination_asked", "申请解约中"),
                            ("expired", "已到期"),
                            ("terminated", "已解约"),
                            ("rejected", "机构已拒绝"),
                            ("withdrawn", "社区已撤回"),
                            ("lapsed", "逾期未签"),
                            ("superseded", "已续签"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("starts_on", models.DateField(null=True, verbose_name="生效日")),
                ("ends_on", models.DateField(null=True, verbose_name="截止日")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("pushed_at", models.DateTimeField(null=True)),
                ("sign_by", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reminded_at_days", models.PositiveSmallIntegerField(editable=False, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements_of_office",
                        to="accounts.organisation",
                        verbose_name="甲方",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="accounts.organisation",
                        verbose_name="乙方",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.place",
                        verbose_name="社区",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="helpagreements.agreement",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶协议",
                "verbose_name_plural": "帮扶协议",
            },
        ),
        migrations.CreateModel(
            name="ClauseComment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("community", "社区"), ("institution", "帮扶机构")], max_length=12
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="意见")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="helpagreements.clause",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ClauseTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("care", "上门关爱与生活照料"),
                            ("children", "留守儿童关爱服务"),
                            ("disability", "助残服务"),
                            ("goods", "物资与资金帮扶"),
                            ("training", "技能培训与就业帮扶"),
                            ("volunteers", "志愿服务合作"),
                        ],
                        max_length=12,
                        verbose_name="协议类型",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="次序")),
                ("key", models.SlugField(max_length=40, verbose_name="代号")),
                ("title", models.CharField(max_length=40, verbose_name="标题")),
                ("text", models.TextField(max_length=2000, verbose_name="内容")),
                ("required", models.BooleanField(default=True, verbose_name="必备条款")),
            ],
            options={
                "verbose_name": "条款模板",
                "verbose_name_plural": "条款模板",
                "ordering": ["type", "position", "id"],
                "constraints": [models.UniqueConstraint(fields=("type", "key"), name="clause_template_once")],
            },
        ),
        migrations.CreateModel(
            name="EndingRequest",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("rescind", "生效前撤销"), ("terminate", "解约")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "未发出"),
                            ("asked", "等对方答复"),
                            ("recalled", "已收回"),
                            ("refused", "对方不同意"),
                            ("agreed", "双方同意"),
                            ("overtaken", "协议已结束"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("community", "社区"), ("institution", "帮扶机构")], max_length=12
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(max_length=500, verbose_name="原因")),
                ("wished_on", models.DateField(null=True, verbose_name="希望结束的日期")),
                ("handover", models.CharField(blank=True, max_length=500, verbose_name="交接安排")),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ending_requests",
                        to="helpagreements.agreement",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signing.signeddocument",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="FollowUpNote",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=foundation.core.ids.public_id, editable=False, max_length=16, unique=True
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("community", "社区"), ("institution", "帮扶机构")], max_length=12
                    ),
                ),
                ("text", models.CharField(max_length=1000, verbose_name="记录")),
                ("happened_on", models.DateField(verbose_name="日期")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时长（分钟）"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("once", models.UUIDField(unique=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="helpagreements.agreement",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-happened_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ForcedEnd",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "等第二人审核"), ("done", "已强制解约"), ("refused", "未同意")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="原因")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forced_ends",
                        to="helpagreements.agreement",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signing.signeddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "强制解约",
                "verbose_name_plural": "强制解约",
            },
        ),
        migrations.CreateModel(
            name="NotePicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_pictures",
                        to="helpagreements.followupnote",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(blank=True, max_length=60)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("pushed_at", models.DateTimeField(null=True)),
                ("first_opened_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="helpagreements.agreement",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signing.signeddocument",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="PageOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="helpagreements.version",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clause",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clauses",
                to="helpagreements.version",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["institution", "state"], name="agreement_of_institution"),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["place", "state"], name="agreement_of_place"),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["state", "ends_on"], name="agreement_ending"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("starts_on__lt", models.F("ends_on")),
                    _connector="OR",
                ),
                name="agreement_starts_before_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("ends_on__isnull", False),
                        ("pushed_at__isnull", False),
                        ("sign_by__isnull", False),
                        ("starts_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="pushed_agreement_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "pushed", "rejected", "withdrawn", "lapsed"]),
                    ("signed_at__isnull", False),
                    _connector="OR",
                ),
                name="signed_agreement_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "pushed", "signed", "active"])),
                fields=("supersedes",),
                name="one_renewal_of_agreement",
            ),
        ),
        migrations.AddConstraint(
            model_name="endingrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("agreement",), name="one_open_ending_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="endingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state__in", ["prepared", "asked"])),
                    models.Q(
                        models.Q(("state__in", ["prepared", "asked"]), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="ending_decided_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__isnull", True), ("minutes__range", (1, 1440)), _connector="OR"),
                name="note_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcedend",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("agreement",), name="one_forced_end_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="notepicture",
            constraint=models.UniqueConstraint(
                fields=("note", "position"), name="one_note_picture_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="notepicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__lt", 9)), name="at_most_nine_note_pictures"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("agreement", "number"), name="version_of_agreement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("document__isnull", True), ("pushed_at__isnull", False), _connector="OR"),
                name="frozen_version_was_pushed",
            ),
        ),
        migrations.AddConstraint(
            model_name="pageopening",
            constraint=models.UniqueConstraint(fields=("version", "user", "page"), name="page_opened_once"),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(fields=("version", "key"), name="clause_once_in_version"),
        ),
    ]
