"""What is left of erased figures: parts of series keys without values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0014_practices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="part",
            name="kind",
            field=models.CharField(
                choices=[
                    ("observations", "Observations"),
                    ("cases", "Cases"),
                    ("cells", "Cells"),
                    ("set_aside", "Set Aside"),
                    ("withdrawn", "Withdrawn"),
                    ("erased", "Erased"),
                    ("erased_list", "Erased List"),
                ],
                db_index=True,
                max_length=20,
            ),
        ),
    ]
