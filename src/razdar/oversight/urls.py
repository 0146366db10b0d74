from django.urls import path

from razdar.oversight import views

app_name = "oversight"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/proof/", views.proof, name="proof"),
    path("log/proof/state/", views.proof_state, name="proof-state"),
    path("log/export/", views.export, name="export"),
    path("log/<int:index>/", views.entry, name="entry"),
    path("log/<int:index>/proof/", views.entry_proof, name="entry-proof"),
    path("log/<int:index>/bytes/", views.entry_bytes, name="entry-bytes"),
    path("customers/<uuid:customer>/events/", views.customer_events, name="customer-events"),
]
