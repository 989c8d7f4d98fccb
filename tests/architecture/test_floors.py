"""The floors hold where no import linter looks: for foreign keys, names in strings, templates and migrations."""

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader

ROOT = settings.BASE_DIR
# Wagtail's abstract picture brings this link to the user model with it; nothing of ours reads it.
WAGTAILS_OWN = {
    "core.PortalImage.uploaded_by_user -> accounts.User",
    "core.0001_initial depends on accounts.__first__",
}
HTTP = ("django.http", "django.shortcuts", "django.views")


def contract(name: str, key: str) -> list[str]:
    """The lines of one list in .importlinter, without the parentheses of what is not built yet."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    lines = config[name][key].replace("(", "").replace(")", "").split("\n")
    return [line.strip() for line in lines if line.strip()]


def floors() -> dict[str, int]:
    """Every app with its floor; a higher number stands higher."""
    rows = contract("importlinter:contract:apps", "layers")
    return {app.strip(): -row for row, line in enumerate(rows) for app in line.split("|")}


FLOOR = floors()
APP_OF_LABEL = {config.label: config.name for config in apps.get_app_configs() if config.name in FLOOR}


def climbs(here: str, there: str) -> bool:
    """Whether one app may not know the other."""
    return here != there and FLOOR[there] >= FLOOR[here]


def app_of(path: Path) -> str | None:
    """The app that a source file belongs to."""
    dotted = ".".join(path.relative_to(ROOT).parts)
    owners = [name for name in settings.LOCAL_APPS if dotted.startswith(f"{name}.")]
    return max(owners, key=len, default=None)


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    for top in sorted({name.split(".")[0] for name in settings.LOCAL_APPS}):
        for path in sorted((ROOT / top).rglob("*.py")):
            if (app := app_of(path)) and "migrations" not in path.parts:
                yield app, path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_local_app_stands_on_a_floor():
    assert set(settings.LOCAL_APPS) <= set(FLOOR)


def test_every_local_app_is_looked_at_by_every_contract():
    roots = set(contract("importlinter", "root_packages"))
    inside = set(contract("importlinter:contract:inside", "containers"))
    bound = set(contract("importlinter:contract:settings", "source_modules"))

    assert {name.split(".")[0] for name in settings.LOCAL_APPS} <= roots & (bound | {"linli"})
    assert set(settings.LOCAL_APPS) - {"foundation.core"} <= inside


def test_foreign_keys_point_down():
    climbing = {
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, models.Model)
        and model._meta.app_config.name in FLOOR
        and field.related_model._meta.app_config.name in FLOOR
        and climbs(model._meta.app_config.name, field.related_model._meta.app_config.name)
    }
    assert climbing - WAGTAILS_OWN == set()


def test_models_named_in_strings_stand_below():
    labels = {model._meta.label: model._meta.app_config.name for model in apps.get_models()}
    climbing = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for app, path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and labels.get(node.value) in FLOOR
        and climbs(app, labels[node.value])
    ]
    assert climbing == []


def test_templates_load_and_include_only_from_below():
    libraries = {
        path.stem: app
        for app in settings.LOCAL_APPS
        for path in (ROOT / app.replace(".", "/") / "templatetags").glob("[a-z]*.py")
    }
    named = re.compile(r"""{%\s*(?:include|extends)\s+["']([a-z_]+)/""")
    climbing = []
    for folder in (ROOT / "templates").iterdir():
        app = APP_OF_LABEL.get(folder.name)
        if app is None:
            continue  # the design system and the layout are composition
        for path in folder.rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            loaded = [name for line in re.findall(r"{%\s*load\s+([^%]+)%}", text) for name in line.split()]
            used = [libraries[name] for name in loaded if name in libraries]
            used += [APP_OF_LABEL[label] for label in named.findall(text) if label in APP_OF_LABEL]
            climbing += [f"{path.relative_to(ROOT)} uses {other}" for other in used if climbs(app, other)]
    assert climbing == []


def test_migrations_depend_only_on_what_stands_below():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    climbing = {
        f"{label}.{name} depends on {other}.{parent}"
        for (label, name), migration in loader.disk_migrations.items()
        for other, parent in [
            *migration.dependencies,
            *((key, "run before") for key, _ in migration.run_before),
        ]
        if label in APP_OF_LABEL
        and other in APP_OF_LABEL
        and climbs(APP_OF_LABEL[label], APP_OF_LABEL[other])
    }
    assert climbing - WAGTAILS_OWN == set()


def test_the_domain_knows_no_http():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {node.module}"
        for _app, path, tree in sources()
        if "domain" in path.relative_to(ROOT).with_suffix("").parts
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(HTTP)
    ]
    assert found == []


def test_no_app_names_a_page_of_a_higher_one() -> None:
    """The foundation stands without the office; which page looks after its things the site says."""
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "foundation").rglob("*.py")
        if re.search(r"""["'](office|news|home|identity|own):[a-z_]+["']""", path.read_text())
    ]
    assert found == []
