from django.db import migrations

# Where a row lies and which transaction wrote it would tell when it came, and so who answered.
# An UPDATE may leave a row on its old page; deleted and written anew in the order of random
# ids, all lie where chance put them. Only this function may: for anybody else, the tables'
# owner included, answers are kept by the trigger.
FORWARDS = """
    CREATE FUNCTION answers_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('xinfeng.rewriting', true) = 'on'
           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                               WHERE oid = TG_RELID) THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'answers of a survey are kept'
            USING ERRCODE = 'restrict_violation';
    END $$;
    DROP TRIGGER answers_are_kept ON surveys_response;
    CREATE TRIGGER answers_are_kept BEFORE DELETE OR TRUNCATE ON surveys_response
        FOR EACH STATEMENT EXECUTE FUNCTION answers_are_kept();
    ALTER TABLE surveys_response ENABLE ALWAYS TRIGGER answers_are_kept;
    CREATE FUNCTION rewrite_responses(closed bigint) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    DECLARE written bigint;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM surveys_survey WHERE id = closed AND state = 'CLOSED') THEN
            RAISE EXCEPTION 'only answers of a closed survey are written anew'
                USING ERRCODE = 'restrict_violation';
        END IF;
        UPDATE surveys_response SET pair = NULL
            WHERE pair IS NOT NULL
              AND sample_id IN (SELECT id FROM surveys_sample WHERE survey_id = closed);
        PERFORM set_config('xinfeng.rewriting', 'on', true);
        WITH gone AS (
            DELETE FROM surveys_response
                WHERE sample_id IN (SELECT id FROM surveys_sample WHERE survey_id = closed)
                RETURNING *
        )
        INSERT INTO surveys_response SELECT * FROM gone ORDER BY id;
        GET DIAGNOSTICS written = ROW_COUNT;
        PERFORM set_config('xinfeng.rewriting', '', true);
        RETURN written;
    END $$
"""
BACKWARDS = """
    DROP FUNCTION rewrite_responses(bigint);
    DROP TRIGGER answers_are_kept ON surveys_response;
    CREATE TRIGGER answers_are_kept BEFORE DELETE OR TRUNCATE ON surveys_response
        FOR EACH STATEMENT EXECUTE FUNCTION only_added();
    ALTER TABLE surveys_response ENABLE ALWAYS TRIGGER answers_are_kept;
    DROP FUNCTION answers_are_kept()
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_tables_sent_in")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
