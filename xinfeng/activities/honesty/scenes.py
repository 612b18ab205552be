"""What several rules read: attendance behind the credits, and who used which phone."""

from xinfeng.hours.rules import Scene, scene

# Looked-at credits with the shift that stands behind them, and how they were witnessed.
scene(
    Scene(
        name="attended",
        key="shift_id",
        sql="""
            SELECT l.id AS credit_id, l.person_id, l.minutes, l.earned_on, l.starts_at,
                l.ends_at, l.recorded_at, l.recorded_by_id, l.grade, s.id AS signup_id,
                s.shift_id, h.activity_id, h.starts_at AS planned_from,
                h.ends_at AS planned_until, a.team_id, a.created_at,
                coalesce(a.lat_e6, p.lat_e6) AS lat_e6, coalesce(a.lon_e6, p.lon_e6) AS lon_e6,
                k.signup_id IS NOT NULL AS is_checked,
                coalesce(k.by_oneself, false) AS by_oneself
            FROM looked l
            JOIN activities_signup s ON s.id = l.source_id
            JOIN activities_shift h ON h.id = s.shift_id
            JOIN activities_activity a ON a.id = h.activity_id
            LEFT JOIN places_place p ON p.id = a.place_id
            LEFT JOIN (
                SELECT signup_id, bool_or(means <> 'ROLL_CALL') AS by_oneself
                FROM activities_checkin GROUP BY signup_id
            ) k ON k.signup_id = s.id
            WHERE l.source_kind = 1
        """,
    )
)
# Which helper signed in on which phone at which shift; the leader's and the kiosk's are left
# out.
scene(
    Scene(
        name="on_device",
        key="device_id",
        sql="""
            SELECT DISTINCT k.device_id, s.shift_id, k.person_id, k.signup_id
            FROM activities_checkin k JOIN activities_signup s ON s.id = k.signup_id
            WHERE s.part = 'HELPER' AND k.device_id IS NOT NULL
                AND k.means IN ('ROTATING', 'SIX_DIGITS', 'FENCE')
        """,
    )
)
