from django.urls import path

from razdar.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("matrix/", views.matrix, name="matrix"),
]
