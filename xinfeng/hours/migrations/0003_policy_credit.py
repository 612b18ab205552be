from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("hours", "0002_initial")]

    operations = [migrations.RunSQL(*policy_sql("hours_credit", person="person_id"))]
