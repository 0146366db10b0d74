from django.urls import path

from razdar.oversight import monitor_views, question_views, views

app_name = "oversight"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/proof/", views.proof, name="proof"),
    path("log/proof/state/", views.proof_state, name="proof-state"),
    path("log/export/", views.export, name="export"),
    path("log/news/", views.news, name="news"),
    path("log/<int:index>/", views.entry, name="entry"),
    path("log/<int:index>/proof/", views.entry_proof, name="entry-proof"),
    path("log/<int:index>/bytes/", views.entry_bytes, name="entry-bytes"),
    path("monitor/", monitor_views.monitor, name="monitor"),
    path("monitor/feed/", monitor_views.feed, name="monitor-feed"),
    path("monitor/lately/", monitor_views.lately, name="monitor-lately"),
    path("monitor/freeze/", monitor_views.freeze, name="freeze"),
    path("monitor/freeze/state/", monitor_views.freeze_state, name="freeze-state"),
    path("monitor/freeze/ask/<str:kind>/", monitor_views.freeze_ask, name="freeze-ask"),
    path("monitor/observers/<uuid:request_id>/<str:act>/", monitor_views.observer_decide, name="observer-decide"),
    path("monitor/freeze/<uuid:request_id>/<str:act>/", monitor_views.freeze_decide, name="freeze-decide"),
    path("questions/", question_views.listing, name="questions"),
    path("questions/new/", question_views.ask, name="question-ask"),
    path("questions/<uuid:question_id>/", question_views.question, name="question"),
    path("questions/<uuid:question_id>/<str:act>/", question_views.say, name="question-say"),
    path("customers/<uuid:customer>/events/", views.customer_events, name="customer-events"),
    path("customers/<uuid:customer>/events/news/", views.customer_news, name="customer-news"),
]
