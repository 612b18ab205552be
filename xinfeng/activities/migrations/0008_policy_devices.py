from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_devices_cards_and_kiosks")]

    operations = [
        migrations.RunSQL(*policy_sql(f"activities_{table}", person="person_id"))
        for table in ("keyholder", "card", "codetally")
    ]
