"""Which static files there are, and their hashed names, so that browsers may keep them for ever."""

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports between JavaScript modules, which have no other way to learn hashed names."""

    support_js_module_import_aggregation = True


class UsedStatic(AppDirectoriesFinder):
    """Finds the static files of all apps but Viewflow: its pages are not used, and its styles name missing files."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        names = [app.name for app in apps.get_app_configs() if app.name.split(".")[0] != "viewflow"]
        super().__init__(names)
