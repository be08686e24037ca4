"""The site as one ASGI application: the front door, with Django behind it. What granian serves."""

from antiphon.site.wsgi import application as _django  # isort: skip  (sets Django up, which everything below needs)

from antiphon.site.door.front import FrontDoor

application = FrontDoor(_django)
