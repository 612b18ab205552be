"""Rules about phones and the codes of places."""

from django.utils.translation import gettext_lazy as _

from xinfeng.hours.rules import Rule, Severity, declare

declare(
    Rule(
        name="one_device",
        title=_("One phone for many people"),
        definition=_(
            "At least %(people)s people signed in on one phone at one shift. Families and old"
            " neighbours do so; it is looked at, and the credits count meanwhile."
        ),
        because=_("%(people)s people signed in on the same phone."),
        reads=_("devices of the check-ins"),
        severity=Severity.SOFT,
        parameters={"people": 3},
        scenes=("attended", "on_device"),
        sql="""
            SELECT a.credit_id, jsonb_build_object('people', max(d.people),
                'shift_id', a.shift_id, 'team_id', min(a.team_id)) AS reason
            FROM (
                SELECT device_id, shift_id, count(DISTINCT person_id) AS people
                FROM on_device GROUP BY device_id, shift_id
                HAVING count(DISTINCT person_id) >= %(people)s
            ) d
            JOIN on_device o ON o.device_id = d.device_id AND o.shift_id = d.shift_id
            JOIN attended a ON a.signup_id = o.signup_id
            GROUP BY a.credit_id, a.shift_id
        """,
    )
)
declare(
    Rule(
        name="always_together",
        title=_("Two people always on one phone"),
        definition=_(
            "Two people signed in together on one phone at %(activities)s activities or more."
            " Couples do so; it is looked at, and the credits count meanwhile."
        ),
        because=_("Signed in %(times)s times on one phone with person %(other_person_id)s."),
        reads=_("devices of the check-ins"),
        severity=Severity.SOFT,
        parameters={"activities": 10},
        scenes=("attended", "on_device"),
        sql="""
            WITH pairs AS (
                SELECT o.person_id, m.person_id AS other_id,
                    count(DISTINCT o.shift_id) AS times
                FROM on_device o JOIN on_device m ON m.device_id = o.device_id
                    AND m.shift_id = o.shift_id AND m.person_id <> o.person_id
                GROUP BY o.person_id, m.person_id
                HAVING count(DISTINCT o.shift_id) >= %(activities)s
            )
            SELECT DISTINCT ON (a.credit_id) a.credit_id, jsonb_build_object(
                'times', p.times, 'other_person_id', p.other_id, 'team_id', a.team_id) AS reason
            FROM pairs p
            JOIN attended a ON a.person_id = p.person_id
            JOIN on_device o ON o.signup_id = a.signup_id
            JOIN on_device m ON m.device_id = o.device_id AND m.shift_id = o.shift_id
                AND m.person_id = p.other_id
            ORDER BY a.credit_id, p.times DESC, p.other_id
        """,
    )
)
declare(
    Rule(
        name="code_from_afar",
        title=_("The code of the place, from far away"),
        definition=_(
            "Signed in with the code of the moment while the phone was more than %(metres)s"
            " metres from the place, known to within %(accuracy)s metres: somebody passed the"
            " code on."
        ),
        because=_("The phone was more than %(metres)s metres away."),
        reads=_("code and distance band of the check-in"),
        parameters={"metres": 1000, "accuracy": 500},
        scenes=("attended",),
        sql="""
            SELECT a.credit_id, jsonb_build_object('shift_id', a.shift_id,
                'team_id', min(a.team_id)) AS reason
            FROM activities_checkin k JOIN attended a ON a.signup_id = k.signup_id
            WHERE k.code_held AND NOT k.is_inside AND k.accuracy_band_m <= %(accuracy)s
                -- Beyond the last band none is kept.
                AND coalesce(k.distance_band_m, 100000) > %(metres)s
            GROUP BY a.credit_id, a.shift_id
        """,
    )
)
