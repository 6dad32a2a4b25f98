"""What a snapshot leaves blank is kept beside what it says, for older ones that come later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0015_erased_parts"),
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
                    ("left_blank", "Left Blank"),
                    ("erased_list", "Erased List"),
                ],
                db_index=True,
                max_length=20,
            ),
        ),
    ]
