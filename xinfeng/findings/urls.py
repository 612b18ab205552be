from django.urls import URLPattern, path

from .views import finding, hotline, lists, programs, standing

app_name = "findings"

urlpatterns: list[URLPattern] = [
    path("", lists.begin, name="begin"),
    path("desk/", lists.desk, name="desk"),
    path("desk/points.geojson", lists.points, name="points"),
    path("desk/orders/", lists.order_many, name="order_many"),
    path("unit/", lists.unit, name="unit"),
    path("rechecks/", lists.rechecks, name="rechecks"),
    path("appeals/", lists.appeals, name="appeals"),
    path("compared/", standing.compared, name="compared"),
    path("hotline/", hotline.tables, name="hotline"),
    path("hotline/state/", hotline.export, name="hotline_export"),
    path("hotline/<slug:sheet_code>/", hotline.preview, name="hotline_preview"),
    path("hotline/<slug:sheet_code>/words/", hotline.words, name="hotline_words"),
    path("programs/", programs.programs, name="programs"),
    path("programs/new/", programs.add, name="add_program"),
    path("programs/<slug:program_code>/closure/", programs.end, name="end_program"),
    path("<slug:code>/", finding.finding, name="finding"),
    path("<slug:code>/pictures/<int:file_id>/", finding.picture, name="picture"),
    path("<slug:code>/reporter/", finding.open_reporter, name="reporter"),
    path("<slug:code>/extension/<slug:how>/", finding.decide, name="decide"),
    path("<slug:code>/judgement/<slug:how>/", finding.judge, name="judge"),
    path("<slug:code>/handover/<slug:endpoint>/", finding.hand_over, name="hand_over"),
    path("<slug:code>/acts/<slug:verb>/", finding.act, name="act"),
]
