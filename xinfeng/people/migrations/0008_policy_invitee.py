from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0007_invitees")]

    operations = [migrations.RunSQL(*policy_sql("people_invitee", person=None))]
