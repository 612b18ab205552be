from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("hours", "0010_no_two_credits_overlap")]

    operations = [
        migrations.RunSQL(*policy_sql("hours_hourentry", person="submitted_by_id")),
        migrations.RunSQL(*policy_sql("hours_entryline", person="person_id")),
        migrations.RunSQL(*policy_sql("hours_evidence", person="added_by_id")),
        migrations.RunSQL(*policy_sql("hours_contest", person="person_id")),
        migrations.RunSQL(*policy_sql("hours_objection", person=None)),
    ]
