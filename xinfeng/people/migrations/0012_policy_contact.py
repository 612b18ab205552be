from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0011_contacts")]

    operations = [migrations.RunSQL(*policy_sql("people_contact", person="person_id"))]
