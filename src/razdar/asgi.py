"""The application that the web process serves."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
