from django.urls import path

from .views import intakes, results, rounds, workbooks
from .views import standards as views

app_name = "inspections"

_ROUND = "rounds/<slug:round_code>/"
_VERSION = "standards/<slug:name>/<str:version>/"

urlpatterns = [
    # What a keeper and an office see first
    path("worklist/", views.worklist, name="worklist"),
    path("worklist/<slug:place_code>/", views.place_worklist, name="place_worklist"),
    path("worklist/<slug:place_code>/entries/", views.file, name="file"),
    path("entries/<int:filing_id>/withdrawal/", views.withdraw, name="withdraw"),
    # Standards and their versions
    path("standards/", views.standards, name="standards"),
    path("standards/import/", workbooks.upload, name="standard_import"),
    path("standards/import/draft/", workbooks.take_over, name="standard_take_over"),
    path("standards/<slug:name>/newest/", views.newest, name="newest"),
    path("standards/<slug:name>/places/<slug:place_code>/", views.place, name="place"),
    path(_VERSION, views.standard, name="standard"),
    path(_VERSION + "standard.xlsx", workbooks.workbook, name="standard_workbook"),
    path(_VERSION + "standard.yaml", workbooks.text, name="standard_text"),
    path(_VERSION + "residents/<str:code>/", views.asked_line, name="asked_line"),
    path(_VERSION + "difference/", views.difference, name="diff"),
    path(_VERSION + "copies/", views.copy, name="copy"),
    path(_VERSION + "text/", views.edit, name="edit"),
    path(_VERSION + "publication/", views.publish, name="publish"),
    path(_VERSION + "evaluations/", views.evaluate, name="evaluate"),
    path(
        _VERSION + "places/<slug:place_code>/<str:period>/", views.scorecard, name="scorecard"
    ),
    path(
        _VERSION + "places/<slug:place_code>/<str:period>/<str:code>/", views.line, name="line"
    ),
    path("evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    # Rounds: points drawn, visited, read and scored
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/plan/", rounds.plan, name="round_plan"),
    path(_ROUND, rounds.one, name="round"),
    path(_ROUND + "draw/", rounds.draw, name="round_draw"),
    path(_ROUND + "proof/", rounds.proof, name="round_proof"),
    path(_ROUND + "frame.txt", rounds.frame, name="round_frame"),
    path(_ROUND + "inspectors/", rounds.inspectors, name="round_inspectors"),
    path(_ROUND + "forms/", rounds.forms, name="round_forms"),
    path(_ROUND + "points/", rounds.points, name="round_points"),
    path(_ROUND + "points/<int:point_id>/", rounds.point, name="round_point"),
    path(_ROUND + "points/<int:point_id>/substitute/", rounds.replace, name="round_replace"),
    path(
        _ROUND + "points/<int:point_id>/readings/<str:line>/",
        intakes.amend,
        name="round_amend",
    ),
    path(_ROUND + "points/<int:point_id>/inspector/", intakes.send, name="round_send"),
    path(_ROUND + "received/", intakes.received, name="round_received"),
    path(_ROUND + "received/<int:intake_id>/point/", intakes.count, name="round_count"),
    path(_ROUND + "received/<int:intake_id>/end/", intakes.leave_out, name="round_leave_out"),
    path(_ROUND + "photos/<int:photo_id>/", intakes.photo, name="round_photo"),
    path(_ROUND + "findings/", intakes.findings, name="round_findings"),
    path(_ROUND + "findings/orders/", intakes.order, name="round_order"),
    path(_ROUND + "mine/", rounds.mine, name="round_mine"),
    path(_ROUND + "mine/<int:point_id>/", rounds.visit, name="round_visit"),
    path(_ROUND + "steps/<slug:step>/", rounds.step, name="round_step"),
    # What came of it
    path(_ROUND + "result/", results.result, name="round_result"),
    path(_ROUND + "result/ranking.xlsx", results.ranking_sheet, name="round_ranking"),
    path(_ROUND + "result/brief.pdf", results.brief, name="round_brief"),
    path(_ROUND + "units/<slug:unit_code>/", results.unit, name="round_unit"),
    path(
        _ROUND + "units/<slug:unit_code>/questions.<slug:kind>",
        results.question_list,
        name="round_questions",
    ),
    path(_ROUND + "what-if/", results.what_if, name="round_what_if"),
]
