from django.urls import path

from .views import audits, desk, entries, holds, publicity, record

app_name = "hours"

urlpatterns = [
    # One's own record
    path("", record.mine, name="mine"),
    path("record.csv", record.mine_csv, name="mine_csv"),
    path("record/<int:credit_id>/", record.own_credit, name="own_credit"),
    # Entered by hand
    path("entries/", entries.entries, name="entries"),
    path("entries/new/", entries.apply, name="apply"),
    path("entries/office/", entries.office, name="office_entry"),
    path("teams/<slug:code>/entries/", entries.group, name="group_entry"),
    path("entries/<int:entry_id>/", entries.entry, name="entry"),
    path("entries/<int:entry_id>/evidence/", entries.evidence_file, name="evidence"),
    path("entries/<int:entry_id>/confirmation/", entries.confirmation, name="confirm"),
    path("entries/<int:entry_id>/refusal/", entries.refusal, name="refuse"),
    path("entries/<int:entry_id>/withdrawal/", entries.withdrawal, name="withdraw"),
    # Deciding
    path("desk/", desk.desk, name="desk"),
    path("contests/", desk.contests, name="contests"),
    path("contests/<int:contest_id>/", desk.contest, name="contest"),
    path("contests/<int:contest_id>/correction/", desk.correction, name="correct"),
    path("contests/<int:contest_id>/keeping/", desk.keeping, name="keep"),
    path(
        "contests/<int:contest_id>/withdrawal/",
        desk.contest_withdrawal,
        name="recant",
    ),
    path("objections/", desk.objections, name="objections"),
    path("objections/<int:objection_id>/contest/", desk.verification, name="take_up"),
    path("objections/<int:objection_id>/dismissal/", desk.dismissal, name="dismiss"),
    path("credits/<int:credit_id>/", record.credit, name="credit"),
    # Under review
    path("reviews/", holds.reviews, name="reviews"),
    path("holds/", holds.desk, name="holds"),
    path("holds/decision/", holds.decisions, name="decide_several"),
    path("holds/<int:hold_id>/", holds.hold, name="hold"),
    path("holds/<int:hold_id>/decision/", holds.decision, name="decide"),
    path("holds/<int:hold_id>/appeal/", holds.appeal, name="appeal"),
    # The monthly audit
    path("audits/<int:draw_id>/", audits.audit, name="audit"),
    path("audits/draw/", audits.drawing, name="draw"),
    path("audits/cases/<int:case_id>/", audits.case, name="audit_case"),
    # For everybody
    path("rules/", holds.rules, name="rules"),
    path("audits/", audits.audits, name="audits"),
    path("publicity/", publicity.publicity, name="publicity"),
    path("publicity/objected/", publicity.objected, name="objected"),
    path("publicity/<int:credit_id>/objection/", publicity.objection, name="objection"),
]
