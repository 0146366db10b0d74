from django.urls import include, path

from razdar.desk import (
    client_pages,
    component_pages,
    exception_pages,
    matrix_pages,
    redaction_pages,
    responsibility_pages,
    retention_pages,
    storage_pages,
    version_pages,
    views,
)

app_name = "desk"

_matrix = [
    path("matrix/", matrix_pages.matrix, name="matrix"),
    path("matrix/list/", matrix_pages.matrix_list, name="matrix-list"),
    path("matrix/cells/<str:role>/<str:data_class>/", matrix_pages.cell, name="matrix-cell"),
    path("matrix/draft/undo/<str:role>/<str:data_class>/", matrix_pages.undo, name="matrix-undo"),
    path("matrix/draft/rebase/", matrix_pages.rebase, name="matrix-rebase"),
    path("matrix/draft/discard/", matrix_pages.discard, name="matrix-discard"),
    path("matrix/draft/propose/", matrix_pages.propose, name="matrix-propose"),
    path("matrix/versions/", version_pages.versions, name="matrix-versions"),
    path("matrix/versions/<uuid:version_id>/", version_pages.version, name="matrix-version"),
    path("matrix/versions/<uuid:version_id>/again/", version_pages.again, name="matrix-again"),
    path("matrix/compare/", version_pages.compare, name="matrix-compare"),
    path("matrix/sample/", version_pages.sampled, name="matrix-sample"),
    path("exceptions/", exception_pages.listed, name="exceptions"),
    path("exceptions/new/", exception_pages.new, name="exception-new"),
    path("exceptions/<uuid:exception_id>/", exception_pages.one, name="exception"),
    path("exceptions/<uuid:exception_id>/end/", exception_pages.end, name="exception-end"),
]
_rules = [
    path("retention/", retention_pages.retention, name="retention"),
    path("retention/changes/<uuid:change_id>/", retention_pages.one, name="retention-one"),
    path("retention/<str:data_class>/", retention_pages.change, name="retention-change"),
    path("redaction/", redaction_pages.policy, name="redaction"),
    path("redaction/change/", redaction_pages.change, name="redaction-change"),
    path("redaction/test/", redaction_pages.test, name="redaction-test"),
    path("redaction/versions/<uuid:version_id>/", redaction_pages.version, name="redaction-version"),
    path("responsibilities/", responsibility_pages.table, name="responsibilities"),
    path("responsibilities/changes/<uuid:version_id>/", responsibility_pages.version, name="responsibility-version"),
    path("responsibilities/<str:process>/", responsibility_pages.history, name="responsibility"),
    path("responsibilities/<str:process>/change/", responsibility_pages.change, name="responsibility-change"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/components/", component_pages.components, name="components"),
    path("desk/components/<slug:name>/", component_pages.part, name="component-part"),
    path("desk/", include("razdar.desk.work_urls")),
    path("clients/", client_pages.listed, name="clients"),
    path("clients/here/", client_pages.one, name="client"),
    path("clients/here/change/", client_pages.change, name="client-change"),
    *_matrix,
    *_rules,
    path("storage/", storage_pages.storage, name="storage"),
    path("storage/progress/", storage_pages.progress, name="storage-progress"),
    path("storage/<str:data_class>/", storage_pages.choose, name="storage-choose"),
]
