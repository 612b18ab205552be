from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_posts_and_checkins")]

    operations = [migrations.RunSQL(*policy_sql("activities_checkin", person="person_id"))]
