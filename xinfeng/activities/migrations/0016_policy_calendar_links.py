from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("activities", "0015_calendar_links")]

    operations = [
        migrations.RunSQL(*policy_sql("activities_calendarlink", person="person_id")),
    ]
