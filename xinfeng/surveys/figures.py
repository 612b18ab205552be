"""What residents answered, as a figure: the rows are their sheets, each by its weight."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Time, declare

from . import told

# Weights are no whole numbers, and rows are: they are kept in millionths. A sheet of a county
# of which nothing is given out counts for the city alone.
_SATISFIED = f"""
    WITH newest AS (
        SELECT s.division_id, s.until, s.name, e.id AS estimation_id,
               q.document->>'headline' AS question, q.document
        FROM surveys_survey s
        JOIN surveys_questionnaireversion q ON q.id = s.questionnaire_id
        JOIN surveys_sample p ON p.survey_id = s.id AND p.is_headline
        JOIN surveys_estimation e ON e.sample_id = p.id AND e.state = 'PUBLISHED'
        WHERE s.series = '{told.SERIES}' AND s.state = 'PUBLISHED'
          AND s.division_id / 100000000 * 100000000 = s.division_id
          AND s.until < %(as_of)s
        ORDER BY s.until DESC, s.id DESC LIMIT 1
    ), step AS (
        SELECT o->>'code' AS code, coalesce((o->>'satisfied')::boolean, false) AS is_satisfied
        FROM newest n
        CROSS JOIN jsonb_array_elements(n.document->'blocks') b
        CROSS JOIN jsonb_array_elements(b->'questions') a
        CROSS JOIN jsonb_array_elements(n.document->'scales') c
        CROSS JOIN jsonb_array_elements(c->'options') o
        WHERE a->>'code' = n.question AND c->>'code' = a->>'scale'
          AND NOT coalesce((o->>'no_opinion')::boolean, false)
    )
    SELECT w.id AS row_id, 0::bigint AS unit_id,
           CASE WHEN r.county IS NULL OR h.id IS NOT NULL THEN n.division_id
                ELSE r.county END AS division_id,
           n.until AS starts_on, NULL::date AS ends_on,
           CASE WHEN step.is_satisfied THEN round(w.final * 1000000)::bigint
                ELSE 0 END AS numerator,
           round(w.final * 1000000)::bigint AS denominator, n.name AS label
    FROM newest n
    JOIN surveys_responseweight w ON w.estimation_id = n.estimation_id
    JOIN surveys_response r ON r.id = w.response_id
    JOIN step ON step.code = r.answers->>n.question
    LEFT JOIN surveys_estimate h
      ON h.estimation_id = n.estimation_id AND h.question = n.question
     AND h.statistic = 'SATISFIED' AND h.domain = 'COUNTY' AND h.key = r.county::text
     AND h.held <> ''
"""

declare(
    Figure(
        name="resident_satisfaction",
        title=_("Residents satisfied, all in all"),
        unit=_("share of residents"),
        definition=_(
            "Share of adult residents who are at least fairly satisfied, of those with an"
            " opinion: the main question of the newest published survey of the city's residents"
            " whose field ended before the day. Each sheet counts by its weight, in millionths."
            " It is an estimate and never read without its interval; of counties with too few"
            " or too uncertain answers, and below the county, nobody knows it."
        ),
        grain=Grain.DIVISION,
        time=Time.STATE,
        ratio=True,
        missing=Missing.NOT_KNOWN,
        as_a_whole=True,
        subject="surveys.responseweight",
        interval=told.headline,
        years=told.headline_years,
        sql=_SATISFIED,
    )
)
