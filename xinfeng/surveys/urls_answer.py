from django.urls import URLPattern, path

from .views import answer

app_name = "answer"

urlpatterns: list[URLPattern] = [
    path("", answer.enter, name="enter"),
    path("open/<str:open_code>/", answer.open_to_all, name="open"),
    path("thanks/<str:survey_code>/", answer.thanks, name="thanks"),
    path("<str:code>/", answer.code, name="code"),
]
