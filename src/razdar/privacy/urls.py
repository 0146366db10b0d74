from django.urls import path

from razdar.privacy import views

app_name = "privacy"

urlpatterns = [
    path("customers/<uuid:customer>/erase/", views.erase, name="erase"),
    path("customers/<uuid:customer>/erasure/", views.record, name="record"),
    path("customers/<uuid:customer>/erasure/certificate/", views.certificate, name="certificate"),
    path("privacy/erasures/", views.erasures, name="erasures"),
]
