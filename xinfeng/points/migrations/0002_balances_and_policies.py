from django.db import migrations

from xinfeng.base.scope import policy_sql

# Accounts are locked in the order of their ids, so that two postings never wait for each other
# in a circle. Row-level security may hide an account: then nothing is posted at all.
BALANCES = """
    CREATE FUNCTION points_keep_balances() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        wanted bigint;
        kept bigint;
    BEGIN
        PERFORM 1 FROM points_account
        WHERE id IN (SELECT giver_id FROM posted UNION SELECT taker_id FROM posted)
        ORDER BY id FOR NO KEY UPDATE;
        SELECT count(*) INTO wanted
        FROM (SELECT giver_id FROM posted UNION SELECT taker_id FROM posted) sides;
        UPDATE points_account a SET balance = a.balance + moved.delta
        FROM (
            SELECT account_id, sum(delta) AS delta
            FROM (
                SELECT giver_id AS account_id, -points::bigint AS delta FROM posted
                UNION ALL
                SELECT taker_id, points::bigint FROM posted
            ) sides
            GROUP BY account_id
        ) moved
        WHERE a.id = moved.account_id;
        GET DIAGNOSTICS kept = ROW_COUNT;
        IF kept <> wanted THEN
            RAISE EXCEPTION 'points: an account of a posting cannot be seen here';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER points_posted AFTER INSERT ON points_posting
        REFERENCING NEW TABLE AS posted
        FOR EACH STATEMENT EXECUTE FUNCTION points_keep_balances();
    ALTER TABLE points_posting ENABLE ALWAYS TRIGGER points_posted;
"""
WITHOUT = """
    DROP TRIGGER points_posted ON points_posting;
    DROP FUNCTION points_keep_balances();
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial")]

    operations = [
        migrations.RunSQL(BALANCES, WITHOUT),
        migrations.RunSQL(*policy_sql("points_account", person="person_id")),
        migrations.RunSQL(*policy_sql("points_posting", person="person_id")),
        migrations.RunSQL(*policy_sql("points_earning", person="person_id")),
        migrations.RunSQL(*policy_sql("points_debt", person="person_id")),
        migrations.RunSQL(*policy_sql("points_redemption", person="person_id")),
    ]
