from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0002_initial")]

    operations = [migrations.RunSQL(*policy_sql("people_identity", person="person_id"))]
