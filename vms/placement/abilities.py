"""What does a host have and know, as far as it tells?"""

from hosts.models import Host, Volume

CLIPBOARD_SINCE = (8, 4)  # of libvirt, which can join QEMU's own clipboard to the guest since


def has_volume(host: Host, pool: str, volume: str) -> bool:
    """Say whether the host has this volume in an active pool."""
    return Volume.objects.filter(
        pool__host=host, pool__name=pool, pool__active=True, name=volume
    ).exists()


def knows_firmware(host: Host, firmware: str) -> bool:
    """Say whether the host has this firmware, as far as it tells."""
    known = host.capabilities.get("firmwares")
    return firmware == "bios" or not known or firmware in known


def knows_tpm(host: Host) -> bool:
    """Say whether the host can emulate a TPM, as far as it tells."""
    return host.capabilities.get("tpm") is not False


def knows_spice(host: Host) -> bool:
    """Say whether the host has SPICE displays, as far as it tells."""
    return host.capabilities.get("spice") is not False


def knows_clipboard(host: Host) -> bool:
    """Say whether the host can exchange a guest's clipboard over VNC, as far as it tells."""
    parts = [int(part) for part in host.libvirt_version.split(".")[:2] if part.isdecimal()]
    return len(parts) < 2 or tuple(parts) >= CLIPBOARD_SINCE
