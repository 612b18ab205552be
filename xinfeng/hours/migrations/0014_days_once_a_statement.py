from django.db import migrations

# A whole roster leaves in one statement: its days are looked at together. What is new goes in
# first, in the order of people and days, so that two writers never wait for each other; what
# is taken back then counts its days anew from the credits that stand.
_KEEP = """
    CREATE FUNCTION hours_keep_days_of_all() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        clash record;
        back record;
    BEGIN
        IF EXISTS (
            SELECT FROM added
            WHERE source_kind <> 2 AND starts_at IS NOT NULL
              AND (ends_at - starts_at > interval '24 hours'
                   OR minutes * interval '1 minute' > ends_at - starts_at)
        ) THEN
            RAISE EXCEPTION 'a credit lies within its span, and a span within 24 hours'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_fits_its_span';
        END IF;
        WITH parts AS (
            SELECT c.person_id, d.day, hours_part(c.starts_at, c.ends_at, d.day) AS part
            FROM added c, hours_days_of(c.starts_at, c.ends_at) AS d(day)
            WHERE c.source_kind <> 2 AND c.starts_at IS NOT NULL
        ), days AS MATERIALIZED (
            SELECT person_id, day, range_agg(part) AS taken,
                   sum(upper(part) - lower(part)) AS seconds
            FROM parts WHERE NOT isempty(part) GROUP BY person_id, day
        ), put AS (
            INSERT INTO hours_day AS d (person_id, day, taken)
            SELECT person_id, day, taken FROM days ORDER BY person_id, day
            ON CONFLICT (person_id, day) DO UPDATE SET taken = d.taken + excluded.taken
            WHERE NOT d.taken && excluded.taken
            RETURNING d.person_id, d.day
        )
        SELECT days.person_id, days.day INTO clash
        FROM days LEFT JOIN put ON put.person_id = days.person_id AND put.day = days.day
        -- Nothing put: the time is taken. Longer than its union: two of these share time.
        WHERE put.day IS NULL
           OR days.seconds > (SELECT sum(upper(r) - lower(r)) FROM unnest(days.taken) AS r)
        ORDER BY days.person_id, days.day LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'person % has hours at this time of % already',
                clash.person_id, clash.day
                USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'hours_do_not_overlap';
        END IF;
        FOR back IN
            SELECT source_id, person_id, minutes FROM added WHERE source_kind = 2
            ORDER BY person_id, source_id
        LOOP
            PERFORM hours_free(back.source_id, back.person_id, back.minutes);
        END LOOP;
        RETURN NULL;
    END $$
"""
_PUT_ON = (
    "CREATE TRIGGER keep_days AFTER INSERT ON hours_credit REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION hours_keep_days_of_all()"
)
_PUT_BACK = (
    "CREATE TRIGGER keep_days AFTER INSERT ON hours_credit"
    " FOR EACH ROW EXECUTE FUNCTION hours_keep_days()"
)
_TAKE_OFF = "DROP TRIGGER keep_days ON hours_credit"
_ALWAYS = "ALTER TABLE hours_credit ENABLE ALWAYS TRIGGER keep_days"


class Migration(migrations.Migration):
    dependencies = [("hours", "0013_what_a_certificate_prints")]

    operations = [
        migrations.RunSQL(
            [_KEEP, _TAKE_OFF, _PUT_ON, _ALWAYS],
            [_TAKE_OFF, _PUT_BACK, _ALWAYS, "DROP FUNCTION hours_keep_days_of_all()"],
        ),
    ]
