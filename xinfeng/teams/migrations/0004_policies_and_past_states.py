from django.db import migrations

from xinfeng.base.scope import policy_sql


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_teams_states_and_invitations")]

    operations = [
        migrations.RunSQL(
            "UPDATE teams_team SET state = 'DISSOLVED' WHERE dissolved_on IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(*policy_sql("teams_invitation", person="person_id")),
        migrations.RunSQL(*policy_sql("teams_batch", person="added_by_id")),
    ]
