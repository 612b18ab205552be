"""Questionnaires: their versions, and the designer of drafts."""

from django.urls import path

from .views import designer, questionnaires

_VERSION = "questionnaires/<slug:code>/<int:number>/"
_DESIGN = _VERSION + "design/"

patterns = [
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new/", questionnaires.new, name="questionnaire_new"),
    path("questionnaires/import/", questionnaires.take_in, name="questionnaire_import"),
    path(_VERSION, questionnaires.version, name="questionnaire"),
    path(_VERSION + "questionnaire.yaml", questionnaires.text, name="questionnaire_text"),
    path(
        _VERSION + "questionnaire.xlsx", questionnaires.workbook, name="questionnaire_workbook"
    ),
    path(_VERSION + "difference/", questionnaires.difference, name="questionnaire_diff"),
    path(_VERSION + "copies/", questionnaires.copy, name="questionnaire_copy"),
    path(_VERSION + "lock/", questionnaires.lock, name="questionnaire_lock"),
    path(_DESIGN + "head/", designer.head, name="design_head"),
    path(_DESIGN + "blocks/", designer.block, name="design_block_new"),
    path(_DESIGN + "blocks/<slug:block>/", designer.block, name="design_block"),
    path(
        _DESIGN + "blocks/<slug:block>/questions/",
        designer.add_question,
        name="design_question_new",
    ),
    path(_DESIGN + "questions/<slug:question>/", designer.question, name="design_question"),
    path(
        _DESIGN + "questions/<slug:question>/asked-of/",
        designer.condition,
        name="design_condition",
    ),
    path(_DESIGN + "asked-of/", designer.condition, name="design_screening"),
    path(_DESIGN + "scales/", designer.scale, name="design_scale_new"),
    path(_DESIGN + "scales/<slug:scale>/", designer.scale, name="design_scale"),
    path(_DESIGN + "acts/", designer.act, name="design_act"),
    path(_DESIGN + "text/", designer.edit_text, name="design_text"),
]
