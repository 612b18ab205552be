from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_rounds")]

    operations = [
        migrations.RunSQL(*policy_sql("inspections_inspector", person="person_id")),
        migrations.RunSQL(*policy_sql("inspections_roundpoint", person="person_id")),
        migrations.RunSQL(*policy_sql("inspections_reading", person="by_id")),
    ]
