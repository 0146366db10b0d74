"""The application that the web process serves."""

from django.core.asgi import get_asgi_application

from razdar.runtime.bodies import limited

application = limited(get_asgi_application())
