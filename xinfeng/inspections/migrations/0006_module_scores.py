from django.db import migrations, models


class Migration(migrations.Migration):
    """Lines of a module are scored apart; the column and its width stay as they are."""

    dependencies = [("inspections", "0005_intake_policy")]
    operations = [
        migrations.AlterField(
            model_name="roundscore",
            name="scope",
            field=models.CharField(
                choices=[
                    ("ROUND", "whole round"),
                    ("METHOD", "method"),
                    ("AREA", "county"),
                    ("UNIT", "responsible unit"),
                    ("TYPE", "type of point"),
                    ("LINE", "check line"),
                    ("MODULE", "module"),
                ],
                max_length=6,
            ),
        ),
    ]
