from django.urls import path

from razdar.interactions import views

app_name = "interactions"

urlpatterns = [
    path("calls/", views.listed, name="list"),
    path("calls/states/", views.states, name="states"),
    path("calls/jobs/", views.jobs, name="jobs"),
    path("calls/jobs/waiting/", views.waiting, name="waiting"),
    path("calls/<uuid:interaction>/", views.one, name="one"),
    path("calls/<uuid:interaction>/progress/", views.progress, name="progress"),
    path("calls/<uuid:interaction>/audio/<uuid:recording>/", views.audio, name="audio"),
    path("calls/<uuid:interaction>/recordings/<uuid:recording>/integrity/", views.integrity, name="integrity"),
    path("calls/<uuid:interaction>/originals/<str:kind>/ask/", views.ask, name="ask"),
    path("calls/<uuid:interaction>/originals/<str:kind>/open/<uuid:grant>/", views.open_original, name="open"),
]
