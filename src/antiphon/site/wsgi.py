"""Django as WSGI: what the front door hands on, and what another WSGI server could run."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
application = get_wsgi_application()
