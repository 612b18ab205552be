from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial")]

    operations = [migrations.RunSQL(*policy_sql("teams_membership", person="person_id"))]
