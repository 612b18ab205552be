from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("inspections", "0004_intakes")]

    operations = [
        migrations.RunSQL(*policy_sql("inspections_intake", person="person_id")),
    ]
