from django.urls import path

from razdar.desk import storage_pages, views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("matrix/", views.matrix, name="matrix"),
    path("storage/", storage_pages.storage, name="storage"),
    path("storage/progress/", storage_pages.progress, name="storage-progress"),
    path("storage/<str:data_class>/", storage_pages.choose, name="storage-choose"),
]
