from django.db import migrations

from xinfeng.base.guards import only_added_sql
from xinfeng.base.scope import policy_sql

ONLY_ADDED = ("submission", "submissionfile", "completion", "withdrawal")


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0001_initial")]

    operations = [
        migrations.RunSQL(*policy_sql("fieldwork_device", person="person_id")),
        migrations.RunSQL(*policy_sql("fieldwork_submission", person="person_id")),
        *[migrations.RunSQL(*only_added_sql(f"fieldwork_{name}")) for name in ONLY_ADDED],
    ]
