from typing import Any

from django.db import migrations, models

from jiangli.payments.seals import seal_of


def seal_what_is_there(apps: Any, schema_editor: Any) -> None:
    for payment in apps.get_model("payments", "Payment").objects.filter(seal="").iterator():
        payment.seal = seal_of(payment)
        payment.save(update_fields=["seal"])


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="seal",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
    ]
