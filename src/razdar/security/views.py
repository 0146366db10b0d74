"""The address to which browsers report what the Content Security Policy stopped."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from razdar.security import services, violations
from razdar.ui.pages import public_page


@csrf_exempt  # a browser sends reports by itself and can carry no token
@require_POST
@public_page
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report in either format. 204 when read, 422 when it is none, 429 beyond the limits."""
    services.admit_report(request.META.get("REMOTE_ADDR", ""))
    body = request.read(violations.MAX_BYTES + 1)
    services.record_violations(violations.read(request.content_type or "", body), request.get_host())
    return HttpResponse(status=204)
