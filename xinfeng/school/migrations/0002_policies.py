from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("school", "0001_initial")]

    operations = [
        migrations.RunSQL(*policy_sql("school_lecturer", person="person_id")),
        migrations.RunSQL(*policy_sql("school_enrolment", person="person_id")),
        migrations.RunSQL(*policy_sql("school_classrating", person="person_id")),
    ]
