from django.urls import path

from razdar.assurance import views

app_name = "assurance"

urlpatterns = [
    path("desk/keys/", views.keys, name="keys"),
    path("desk/keys/now/", views.keys_now, name="keys-now"),
    path("desk/jobs/", views.jobs, name="jobs"),
    path("desk/jobs/now/", views.jobs_now, name="jobs-now"),
    path("desk/jobs/<str:name>/run/", views.run, name="job-run"),
    path("desk/jobs/<str:name>/again/", views.again, name="jobs-again"),
    path("desk/certificates/", views.certificates, name="certificates"),
    path("desk/certificates/now/", views.certificates_now, name="certificates-now"),
]
