from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_own_data_and_leaving"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dataexport",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "排队中"),
                    ("packing", "打包中"),
                    ("ready", "可以下载"),
                    ("cancelled", "已取消"),
                    ("expired", "已过期"),
                    ("failed", "没有成功"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="状态",
            ),
        ),
    ]
