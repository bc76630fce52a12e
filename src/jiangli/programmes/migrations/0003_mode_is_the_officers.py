"""A programme of another system is known by its law; its mode is only what an officer sets."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def open_what_the_law_itself_sends_elsewhere(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("programmes", "Programme").objects.filter(mode="reference"):
        own = [text for text in row.version.sources.values() if f'"{row.code}"' in text]
        if any("[elsewhere]" in text for text in own):
            row.mode = "open"
            row.save(update_fields=["mode"])


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_proposals"),
    ]

    operations = [
        migrations.RunPython(open_what_the_law_itself_sends_elsewhere, migrations.RunPython.noop),
    ]
