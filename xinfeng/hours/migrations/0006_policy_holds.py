from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("hours", "0005_holds_and_audits")]

    operations = [
        migrations.RunSQL(*policy_sql("hours_hold", person="person_id")),
        migrations.RunSQL(*policy_sql("hours_auditcase", person="person_id")),
    ]
