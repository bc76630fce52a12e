"""What ``jiangli check`` says about the messages of an installation, before a worker stumbles over it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from jiangli.correspondence.carrier import CarrierFault, carrier_of, missing_templates
from jiangli.correspondence.gateways import GATEWAYS


def carrier_is_right(**options: Any) -> list[CheckMessage]:
    """The gateways are known, and the carrier's file can be read and names a template for every text."""
    unknown = [name for name in settings.MESSAGE_GATEWAYS if name not in GATEWAYS]
    if unknown or not settings.MESSAGE_GATEWAYS:
        return [
            Error(f"JIANGLI_GATEWAYS: choose from {', '.join(sorted(GATEWAYS))}.", id="correspondence.E001")
        ]
    try:
        carrier = carrier_of(settings.CARRIER)
    except (CarrierFault, OSError, UnicodeDecodeError) as fault:
        return [Error(f"JIANGLI_CARRIER: {fault}", id="correspondence.E002")]
    if "http" not in settings.MESSAGE_GATEWAYS:
        return []
    if not carrier.sends:
        reason = "JIANGLI_GATEWAYS has http: name its file in JIANGLI_CARRIER, with [http]."
        return [Error(reason, id="correspondence.E003")]
    asks = any("{secret}" in str(part) for part in (carrier.headers, carrier.body))
    if asks and not settings.CARRIER_SECRET:
        return [
            Error("The carrier's file says {secret}: set JIANGLI_CARRIER_SECRET.", id="correspondence.E004")
        ]
    return [Warning(reason, id="correspondence.W001") for reason in missing_templates(carrier)]
