from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]

    operations = [
        migrations.RunSQL(
            *policy_sql("dispatch_order", person=("requester_id", "placed_by_id"))
        ),
        migrations.RunSQL(*policy_sql("dispatch_offer", person="person_id")),
        migrations.RunSQL(*policy_sql("dispatch_rating", person=None)),
        migrations.RunSQL(*policy_sql("dispatch_callback", person=None)),
        migrations.RunSQL(*policy_sql("dispatch_complaint", person="made_by_id")),
    ]
