"""Every table of ours is bound to entries row by row, or said not to be and why."""

from __future__ import annotations

from django.apps import apps

from sampan.store.bindings import STRICT, UNBOUND, strict

OURS = ("store", "people", "api", "web")


def test_every_table_is_bound_or_said_not_to_be() -> None:
    models = {model._meta.label for app in OURS for model in apps.get_app_config(app).get_models()}
    assert models == {*STRICT, *UNBOUND}
    assert not {*STRICT} & {*UNBOUND}
    assert [model._meta.label for model in strict()] == sorted(STRICT)


def test_columns_left_out_are_columns() -> None:
    for model in strict():
        assert {column.attname for column in model._meta.concrete_fields} >= STRICT[model._meta.label]
