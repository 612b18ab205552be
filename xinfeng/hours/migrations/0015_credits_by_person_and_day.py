import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Ten million credits are indexed while they are written; the old index goes last.
    atomic = False
    dependencies = [
        ("hours", "0014_days_once_a_statement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="credit",
            index=models.Index(fields=["person", "earned_on"], name="credit_by_person_day"),
        ),
        migrations.AlterField(
            model_name="credit",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
