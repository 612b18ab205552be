from django.db import migrations

from xinfeng.base.guards import only_added_sql
from xinfeng.base.scope import policy_sql

ONLY_ADDED = ("attempt", "exclusion", "estimate", "responseweight")
OF_PEOPLE = {
    "surveyor": "person_id",
    "sampleunit": "person_id",
    "attempt": "by_id",
    "callback": "by_id",
}
ANSWERS_STAY = """
    CREATE OR REPLACE FUNCTION answers_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'answers of a survey never change'
            USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER answers_stay BEFORE UPDATE ON surveys_response FOR EACH ROW
        WHEN (OLD.answers IS DISTINCT FROM NEW.answers OR OLD.id IS DISTINCT FROM NEW.id
              OR OLD.sample_id IS DISTINCT FROM NEW.sample_id
              OR OLD.community_id IS DISTINCT FROM NEW.community_id
              OR OLD.adults IS DISTINCT FROM NEW.adults)
        EXECUTE FUNCTION answers_stay();
    CREATE TRIGGER answers_are_kept BEFORE DELETE OR TRUNCATE ON surveys_response
        FOR EACH STATEMENT EXECUTE FUNCTION only_added();
    ALTER TABLE surveys_response ENABLE ALWAYS TRIGGER answers_stay;
    ALTER TABLE surveys_response ENABLE ALWAYS TRIGGER answers_are_kept
"""
NO_MORE = """
    DROP TRIGGER answers_are_kept ON surveys_response;
    DROP TRIGGER answers_stay ON surveys_response;
    DROP FUNCTION answers_stay()
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        *[
            migrations.RunSQL(*policy_sql(f"surveys_{name}", person=person))
            for name, person in OF_PEOPLE.items()
        ],
        *[migrations.RunSQL(*only_added_sql(f"surveys_{name}")) for name in ONLY_ADDED],
        migrations.RunSQL(ANSWERS_STAY, NO_MORE),
    ]
