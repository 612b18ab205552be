from django.db import migrations

from xinfeng.base.scope import policy_sql

# Whoever re-checks is not of the unit that repaired it; whoever judges an appeal had no part in
# the finding before. The owner runs the functions, so that row-level security hides nobody.
SEPARATION = """
CREATE FUNCTION findings_recheck_by_another() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM findings_finding f
        JOIN units_unitmember m ON m.unit_id = f.unit_id
        WHERE f.id = NEW.finding_id AND m.person_id = NEW.checked_by_id AND m.until IS NULL)
    THEN
        RAISE EXCEPTION 'nobody re-checks a repair of their own unit'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recheck_by_another BEFORE INSERT ON findings_recheck
    FOR EACH ROW EXECUTE FUNCTION findings_recheck_by_another();
CREATE FUNCTION findings_appeal_by_second() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM findings_findingstep s
        WHERE s.finding_id = NEW.finding_id AND s.actor_id = NEW.reviewer_id)
       OR EXISTS (
        SELECT 1 FROM units_unitmember m
        WHERE m.unit_id = NEW.unit_id AND m.person_id = NEW.reviewer_id AND m.until IS NULL)
    THEN
        RAISE EXCEPTION 'an appeal is judged by somebody without a part in the finding'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appeal_by_second BEFORE UPDATE OF reviewer_id ON findings_appeal
    FOR EACH ROW WHEN (NEW.reviewer_id IS NOT NULL AND OLD.reviewer_id IS NULL)
    EXECUTE FUNCTION findings_appeal_by_second();
"""
BACK = """
DROP TRIGGER appeal_by_second ON findings_appeal;
DROP FUNCTION findings_appeal_by_second();
DROP TRIGGER recheck_by_another ON findings_recheck;
DROP FUNCTION findings_recheck_by_another();
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial"), ("units", "0002_policy_members")]

    operations = [
        migrations.RunSQL(*policy_sql("findings_snapreport", person="reported_by_id")),
        migrations.RunSQL(SEPARATION, BACK),
    ]
