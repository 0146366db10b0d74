from django.urls import path

from razdar.oversight import views

app_name = "oversight"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("customers/<uuid:customer>/events/", views.customer_events, name="customer-events"),
]
