from django.urls import path

from razdar.customers import views

app_name = "customers"

urlpatterns = [
    path("customers/", views.search, name="search"),
    path("customers/new/", views.new, name="new"),
    path("customers/<uuid:customer>/", views.card, name="card"),
    path("customers/<uuid:customer>/handles/new/", views.add_handle, name="add-handle"),
    path("customers/<uuid:customer>/fields/<str:key>/", views.field, name="field"),
    path("customers/<uuid:customer>/fields/<str:key>/reveal/", views.reveal, name="reveal"),
    path("customers/<uuid:customer>/fields/<str:key>/open/<uuid:grant>/", views.open_granted, name="open-granted"),
    path("customers/<uuid:customer>/fields/<str:key>/key/<uuid:grant>/", views.second_key, name="second-key"),
    path(
        "customers/<uuid:customer>/fields/<str:key>/key/<uuid:grant>/file/",
        views.second_key_file,
        name="second-key-file",
    ),
    path("customers/<uuid:customer>/fields/<str:key>/match/", views.match, name="match"),
    path("customers/<uuid:customer>/fields/<str:key>/correct/", views.correct, name="correct"),
]
