from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_initial")]

    operations = [migrations.RunSQL(*policy_sql("activities_signup", person="person_id"))]
