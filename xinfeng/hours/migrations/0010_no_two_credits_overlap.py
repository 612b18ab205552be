from django.db import migrations

from xinfeng.base.guards import only_added_sql

_PART = """
    CREATE FUNCTION hours_part(starts_at timestamptz, ends_at timestamptz, day date)
    RETURNS int4range LANGUAGE sql IMMUTABLE AS $$
        SELECT int4range(
            greatest(floor(extract(epoch FROM (starts_at AT TIME ZONE 'UTC') - day)), 0)::int,
            greatest(least(
                floor(extract(epoch FROM (ends_at AT TIME ZONE 'UTC') - day)), 86400), 0)::int
        )
    $$;
    CREATE FUNCTION hours_days_of(starts_at timestamptz, ends_at timestamptz)
    RETURNS SETOF date LANGUAGE sql IMMUTABLE AS $$
        SELECT (starts_at AT TIME ZONE 'UTC')::date + n FROM generate_series(
            0, (ends_at AT TIME ZONE 'UTC')::date - (starts_at AT TIME ZONE 'UTC')::date) n
    $$
"""
# What a day's valid credits take up; those that came in bulk count once they are filled in.
_TAKEN = """
    CREATE FUNCTION hours_taken(whose bigint, on_day date) RETURNS int4multirange
    LANGUAGE sql STABLE AS $$
        SELECT coalesce(range_agg(hours_part(c.starts_at, c.ends_at, on_day)), '{}')
        FROM hours_credit c
        WHERE c.person_id = whose AND c.minutes > 0
          AND c.starts_at < (on_day + 1)::timestamp AT TIME ZONE 'UTC'
          AND c.ends_at > on_day::timestamp AT TIME ZONE 'UTC'
          AND NOT EXISTS (SELECT FROM hours_credit r
                          WHERE r.source_kind = 2 AND r.source_id = c.id)
          AND NOT EXISTS (SELECT FROM hours_dayfilling f
                          WHERE c.id BETWEEN f.next_id AND f.until_id)
    $$
"""
_KEEP = """
    CREATE FUNCTION hours_keep_days() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.source_kind = 2 THEN
            PERFORM hours_free(NEW.source_id, NEW.person_id, NEW.minutes);
        ELSIF NEW.starts_at IS NOT NULL THEN
            PERFORM hours_take(NEW.person_id, NEW.minutes, NEW.starts_at, NEW.ends_at);
        END IF;
        RETURN NULL;
    END $$
"""
_TAKE = """
    CREATE FUNCTION hours_take(
        whose bigint, minutes int, starts_at timestamptz, ends_at timestamptz
    ) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        on_day date;
        part int4range;
    BEGIN
        IF ends_at - starts_at > interval '24 hours'
           OR minutes * interval '1 minute' > ends_at - starts_at THEN
            RAISE EXCEPTION 'a credit lies within its span, and a span within 24 hours'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_fits_its_span';
        END IF;
        FOR on_day IN SELECT hours_days_of(starts_at, ends_at) ORDER BY 1 LOOP
            part := hours_part(starts_at, ends_at, on_day);
            CONTINUE WHEN isempty(part);
            INSERT INTO hours_day AS d (person_id, day, taken)
            VALUES (whose, on_day, int4multirange(part))
            ON CONFLICT (person_id, day) DO UPDATE SET taken = d.taken + excluded.taken
            WHERE NOT d.taken && excluded.taken;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'person % has hours at this time of % already', whose, on_day
                    USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'hours_do_not_overlap';
            END IF;
        END LOOP;
    END $$
"""
_FREE = """
    CREATE FUNCTION hours_free(credit bigint, whose bigint, taken_back int) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE
        given hours_credit;
        on_day date;
    BEGIN
        SELECT * INTO given FROM hours_credit WHERE id = credit;
        IF given.person_id IS DISTINCT FROM whose
           OR given.minutes IS DISTINCT FROM -taken_back THEN
            RAISE EXCEPTION 'a reversal mirrors the credit it takes back'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_mirrors_its_credit';
        END IF;
        IF given.starts_at IS NULL THEN
            RETURN;
        END IF;
        -- A filling of days that runs now ends first, or sees this reversal.
        PERFORM FROM hours_dayfilling FOR SHARE;
        FOR on_day IN SELECT hours_days_of(given.starts_at, given.ends_at) ORDER BY 1 LOOP
            -- Whoever adds to this day waits, or has committed and is counted.
            PERFORM FROM hours_day WHERE person_id = whose AND day = on_day FOR UPDATE;
            UPDATE hours_day SET taken = hours_taken(whose, on_day)
            WHERE person_id = whose AND day = on_day;
        END LOOP;
    END $$
"""
# The next so many credits that came in bulk; answers how many are left. Anybody may call it:
# it only makes true what the ledger says.
_FILL = """
    CREATE FUNCTION hours_fill_days(most bigint) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        filling hours_dayfilling;
        last bigint;
    BEGIN
        SELECT * INTO filling FROM hours_dayfilling FOR UPDATE;
        IF NOT FOUND OR filling.next_id > filling.until_id THEN
            RETURN 0;
        END IF;
        last := least(filling.next_id + most - 1, filling.until_id);
        WITH parts AS (
            SELECT c.person_id, d.day, hours_part(c.starts_at, c.ends_at, d.day) AS part
            FROM hours_credit c, hours_days_of(c.starts_at, c.ends_at) AS d(day)
            WHERE c.id BETWEEN filling.next_id AND last
              AND c.minutes > 0 AND c.starts_at IS NOT NULL
              AND NOT EXISTS (SELECT FROM hours_credit r
                              WHERE r.source_kind = 2 AND r.source_id = c.id)
        ), days AS (
            SELECT person_id, day, range_agg(part) AS taken,
                   sum(upper(part) - lower(part)) AS seconds
            FROM parts WHERE NOT isempty(part) GROUP BY 1, 2
        ), clashing AS (
            SELECT count(*) AS n FROM days LEFT JOIN hours_day o USING (person_id, day)
            WHERE o.taken && days.taken OR days.seconds >
                (SELECT sum(upper(r) - lower(r)) FROM unnest(days.taken) AS r)
        ), put AS (
            INSERT INTO hours_day AS d (person_id, day, taken)
            SELECT person_id, day, taken FROM days ORDER BY 1, 2
            ON CONFLICT (person_id, day) DO UPDATE SET taken = d.taken + excluded.taken
        )
        UPDATE hours_dayfilling
        SET next_id = last + 1, clashes = clashes + (SELECT n FROM clashing);
        RETURN filling.until_id - last;
    END $$
"""
# Credits that were there before the trigger are filled in later, a range of ids at a time.
_REMEMBER = """
    INSERT INTO hours_dayfilling (singleton, next_id, until_id, clashes)
    SELECT true, 1, max(id), 0 FROM hours_credit HAVING max(id) IS NOT NULL
"""

FORWARDS = [
    _PART,
    _TAKEN,
    _TAKE,
    _FREE,
    _FILL,
    _KEEP,
    "CREATE TRIGGER keep_days AFTER INSERT ON hours_credit"
    " FOR EACH ROW EXECUTE FUNCTION hours_keep_days()",
    "ALTER TABLE hours_credit ENABLE ALWAYS TRIGGER keep_days",
    _REMEMBER,
    # Oneself, or a command: where a day was spent no area can be said of.
    "ALTER TABLE hours_day ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY within_scope ON hours_day USING ("
    "person_id = (SELECT nullif(current_setting('xinfeng.person', true), '')::bigint)"
    " OR (SELECT current_setting('xinfeng.scope', true)) = '{(,)}')",
]
BACKWARDS = [
    "DROP POLICY within_scope ON hours_day",
    "ALTER TABLE hours_day DISABLE ROW LEVEL SECURITY",
    "DROP TRIGGER keep_days ON hours_credit",
    "DROP FUNCTION hours_keep_days(), hours_fill_days(bigint),"
    " hours_free(bigint, bigint, int), hours_take(bigint, int, timestamptz, timestamptz),"
    " hours_taken(bigint, date), hours_days_of(timestamptz, timestamptz),"
    " hours_part(timestamptz, timestamptz, date)",
]


class Migration(migrations.Migration):
    dependencies = [("hours", "0009_days_entries_contests")]

    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunSQL(*only_added_sql("hours_credit")),
    ]
