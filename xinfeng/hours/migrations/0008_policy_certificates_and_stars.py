from django.db import migrations

from xinfeng.base.scope import policy_sql

TABLES = ("certificate", "starapplication", "starobjection", "starban")


class Migration(migrations.Migration):
    dependencies = [("hours", "0007_log_certificates_and_stars")]

    operations = [
        migrations.RunSQL(*policy_sql(f"hours_{table}", person="person_id"))
        for table in TABLES
    ]
