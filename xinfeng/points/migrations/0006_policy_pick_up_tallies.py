from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("points", "0005_pick_up_tallies")]

    operations = [
        migrations.RunSQL(*policy_sql("points_pickuptally", person="person_id")),
    ]
