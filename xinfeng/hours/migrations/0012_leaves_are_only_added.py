from django.db import migrations

from xinfeng.base.guards import only_added_sql


class Migration(migrations.Migration):
    dependencies = [("hours", "0011_policy_entries_contests")]

    operations = [
        migrations.RunSQL(*only_added_sql("hours_leaf")),
        migrations.RunSQL(*only_added_sql("hours_checkpoint")),
    ]
