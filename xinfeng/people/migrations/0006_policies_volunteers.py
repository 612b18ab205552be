from django.db import migrations

from xinfeng.base.scope import policy_sql

GUARDED: dict[str, tuple[str, ...]] = {
    "people_consent": ("person_id",),
    "people_disclosure": ("person_id",),
    "people_guardianship": ("ward_id", "guardian_id"),
    "people_identitydispute": ("person_id",),
    "people_notice": ("person_id",),
    "people_profile": ("person_id",),
    "people_qualification": ("person_id",),
}


class Migration(migrations.Migration):
    dependencies = [("people", "0005_volunteers")]

    operations = [
        migrations.RunSQL(*policy_sql(table, person=persons))
        for table, persons in GUARDED.items()
    ]
