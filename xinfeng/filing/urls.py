from django.urls import path

from .views import ledger, office, papers

app_name = "filing"

_STANDARD = "<slug:name>/<str:version>/"

urlpatterns = [
    # A unit's own
    path("", papers.mine, name="mine"),
    path("tasks/<int:task_id>/", papers.task, name="task"),
    path("papers/<int:paper_id>/file/", papers.file, name="file"),
    path("papers/<int:paper_id>/withdrawal/", papers.withdraw, name="withdraw"),
    # Reviewers
    path("review/", papers.review, name="review"),
    path("papers/<int:paper_id>/verdict/", papers.judge, name="judge"),
    path("tasks/<int:task_id>/grades/", papers.grade, name="grade"),
    # The office: who answers for what
    path(_STANDARD + "tasks/", office.matrix, name="matrix"),
    path(_STANDARD + "tasks/table/", office.table, name="table"),
    path(_STANDARD + "tasks/import/", office.import_table, name="import"),
    path(_STANDARD + "tasks/new/", office.give, name="give"),
    path("tasks/<int:task_id>/end/", office.end, name="end"),
    # Where the city stands
    path(_STANDARD + "standing/", ledger.standing, name="standing"),
    path(_STANDARD + "negative/", ledger.negative, name="negative"),
    path("sanctions/<int:sanction_id>/verdict/", ledger.judge, name="judge_sanction"),
]
