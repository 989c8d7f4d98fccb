"""The project package: settings, routes and servers; composition only."""

from linli.celery import app as celery_app

__all__ = ["celery_app"]
