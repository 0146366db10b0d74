from django.urls import path

from razdar.customers import link_pages, views

app_name = "customers"

urlpatterns = [
    path("customers/", views.search, name="search"),
    path("customers/new/", views.new, name="new"),
    path("customers/<uuid:customer>/", views.card, name="card"),
    path("customers/<uuid:customer>/identify/", link_pages.identify, name="identify"),
    path("customers/<uuid:customer>/identify/<uuid:known>/", link_pages.identify_as, name="identify-as"),
    path("customers/<uuid:customer>/identify/<uuid:known>/link/", link_pages.identify_link, name="identify-link"),
    path("customers/<uuid:customer>/merge/", link_pages.merge, name="merge"),
    path("customers/<uuid:customer>/merge/<uuid:principal>/", link_pages.merge_into, name="merge-into"),
    path("customers/<uuid:customer>/links/<uuid:link>/undo/", link_pages.undo_link, name="undo-link"),
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
