"""Why a console was closed: the websocket code, a key for programs, and words for people."""

from dataclasses import dataclass
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vms.screens import REASONS


class Code(IntEnum):
    """What the browser is told. It tries again by itself after codes that may pass."""

    PROTOCOL = 4400
    RIGHT_ENDED = 4401
    STOPPED = 4404
    LIMIT = 4408
    TAKEN = 4409
    SHUTTING_DOWN = 4410
    SLOW = 4411
    NO_DISPLAY = 4415
    UNREACHABLE = 4502


@dataclass(frozen=True, slots=True)
class Closing:
    """One reason. `retry`: "no", "soon" (by itself, with growing pauses), "running" (once on)."""

    key: str
    code: Code
    retry: str
    words: str | Promise


_ALL = (
    Closing("left", Code.PROTOCOL, "no", _("The console was closed.")),
    Closing(
        "protocol", Code.PROTOCOL, "no", _("The browser sent something that is not allowed here.")
    ),
    Closing("right-ended", Code.RIGHT_ENDED, "no", _("You may no longer use this console.")),
    Closing("link-ended", Code.RIGHT_ENDED, "no", _("This link has ended.")),
    Closing("signed-out", Code.RIGHT_ENDED, "no", _("You have been signed out.")),
    Closing("machine-stopped", Code.STOPPED, "running", _("The machine has stopped.")),
    Closing(
        "machine-moved",
        Code.STOPPED,
        "soon",
        _("The machine moves to another host. The console goes on there by itself."),
    ),
    Closing("machine-gone", Code.STOPPED, "no", _("The machine is no longer there.")),
    Closing(
        "limit",
        Code.LIMIT,
        "no",
        _("Too many consoles are open. Close one that you do not need and connect again."),
    ),
    Closing(
        "not-recorded",
        Code.LIMIT,
        "no",
        _("The rules here require that this console is recorded, which cannot be done now."),
    ),
    Closing(
        "taken",
        Code.TAKEN,
        "no",
        _("Another program uses the text console of this machine, for example virsh."),
    ),
    Closing(
        "slow",
        Code.SLOW,
        "soon",
        _("Your connection took nothing of the picture for a minute."),
    ),
    Closing("shutting-down", Code.SHUTTING_DOWN, "soon", _("The console service is restarting.")),
    Closing(
        "no-display",
        Code.NO_DISPLAY,
        "no",
        REASONS["no-display"],
    ),
    Closing(
        "no-serial",
        Code.NO_DISPLAY,
        "no",
        _("This machine has no serial port, so no text console."),
    ),
    Closing("no-spice", Code.NO_DISPLAY, "no", REASONS["no-spice"]),
    Closing(
        "spice-taken",
        Code.TAKEN,
        "no",
        _(
            "Somebody else has the SPICE screen open, which serves one person at a time. "
            "The VNC screen shows it to everybody."
        ),
    ),
    Closing(
        "spice-elsewhere",
        Code.TAKEN,
        "no",
        _("You have opened the SPICE screen elsewhere, and it serves one window at a time."),
    ),
    Closing(
        "display-loopback",
        Code.NO_DISPLAY,
        "no",
        REASONS["display-loopback"],
    ),
    Closing(
        "display-local",
        Code.NO_DISPLAY,
        "no",
        REASONS["display-local"],
    ),
    Closing(
        "display-unsupported",
        Code.NO_DISPLAY,
        "no",
        _("The screen asks for a kind of sign-in that Guesthouse does not speak."),
    ),
    Closing(
        "display-certificate",
        Code.NO_DISPLAY,
        "no",
        _(
            "The screen's stream is encrypted, and its certificate is not signed by the authority "
            "in cacert.pem, is over, or is made out to another name than the host's address here."
        ),
    ),
    Closing(
        "display-encrypted",
        Code.NO_DISPLAY,
        "no",
        _(
            "The SPICE screen of this machine answers encrypted only, which Guesthouse reaches "
            "across the network. Add the host by SSH or TLS, or use the VNC screen."
        ),
    ),
    Closing(
        "display-password", Code.NO_DISPLAY, "no", _("The screen did not accept its own password.")
    ),
    Closing(
        "simulated", Code.NO_DISPLAY, "no", _("This host is simulated, so there is no screen.")
    ),
    Closing("ssh-ended", Code.STOPPED, "no", _("The SSH session has ended.")),
    Closing(
        "no-address",
        Code.UNREACHABLE,
        "no",
        _(
            "No address of this machine is known that may be used. Guesthouse learns addresses "
            "from the guest agent, from leases and from the host."
        ),
    ),
    Closing(
        "host-only",
        Code.UNREACHABLE,
        "no",
        _(
            "The machine's network reaches no further than its host. Add the host by SSH, then "
            "the way leads through it."
        ),
    ),
    Closing(
        "ssh-unreachable",
        Code.UNREACHABLE,
        "no",
        _(
            "Nothing answers at the machine's address. Check that an SSH server runs in the "
            "machine, that it listens on the port shown here and that no firewall is between."
        ),
    ),
    Closing(
        "ssh-not-spoken",
        Code.UNREACHABLE,
        "no",
        _("What answers at the machine's address does not speak SSH as Guesthouse does."),
    ),
    Closing(
        "ssh-refused",
        Code.RIGHT_ENDED,
        "no",
        _("The machine did not accept this. Check the user and the password or key."),
    ),
    Closing(
        "ssh-hung-up",
        Code.UNREACHABLE,
        "no",
        _("The machine broke off the sign-in, or it took too long. Try again."),
    ),
    Closing(
        "ssh-bad-key",
        Code.PROTOCOL,
        "no",
        _("This is no private key that can be read. Paste all of it, from the first dashes on."),
    ),
    Closing(
        "ssh-locked-key",
        Code.PROTOCOL,
        "no",
        _("This private key is protected by a passphrase. Enter it as well."),
    ),
    Closing(
        "ssh-wrong-passphrase",
        Code.PROTOCOL,
        "no",
        _("The passphrase does not open this private key. Enter it again."),
    ),
    Closing(
        "ssh-key-kind",
        Code.PROTOCOL,
        "no",
        _(
            "A private key of this kind, or protected by this cipher, is not read here. Ed25519, "
            "ECDSA (NIST) and RSA keys up to 8192 bits are, as OpenSSH and OpenSSL write them. "
            "PuTTYgen exports its keys as OpenSSH keys."
        ),
    ),
    Closing(
        "ssh-key-costly",
        Code.PROTOCOL,
        "no",
        _(
            "Opening this private key with its passphrase takes too much work. Protect it by fewer "
            "rounds (ssh-keygen -p -a 100 -f FILE) and try again."
        ),
    ),
    Closing(
        "ssh-key-changed",
        Code.TAKEN,
        "no",
        _(
            "The machine shows another host key than before. It may have been installed anew, or "
            "somebody else answers in its place. Nothing was sent to it."
        ),
    ),
    Closing(
        "ssh-agent",
        Code.NO_DISPLAY,
        "no",
        _(
            "The guest agent could not add a key for this user. Check the user's name, or use a "
            "password or a key of your own."
        ),
    ),
    Closing(
        "ssh-no-shell",
        Code.NO_DISPLAY,
        "no",
        _("The machine let you in by SSH, but gave no terminal."),
    ),
    Closing("rdp-ended", Code.STOPPED, "no", _("The RDP session has ended.")),
    Closing(
        "rdp-unreachable",
        Code.UNREACHABLE,
        "no",
        _(
            "Nothing answers at the machine's address. Check that remote desktop is switched on "
            "in the machine, that it listens on the port shown here and that no firewall is "
            "between."
        ),
    ),
    Closing(
        "rdp-not-spoken",
        Code.UNREACHABLE,
        "no",
        _("What answers at the machine's address does not speak RDP as Guesthouse does."),
    ),
    Closing(
        "rdp-no-tls",
        Code.UNREACHABLE,
        "no",
        _(
            "The machine's remote desktop offers only the old security of RDP, which proves "
            "nothing. Switch TLS or network level authentication on there: in Windows the "
            "security layer “SSL”, in xrdp security_layer=tls with a certificate."
        ),
    ),
    Closing(
        "rdp-tls",
        Code.UNREACHABLE,
        "no",
        _(
            "The machine's remote desktop could not agree with Guesthouse on encryption, for "
            "which TLS 1.2 is the least."
        ),
    ),
    Closing(
        "rdp-certificate-changed",
        Code.TAKEN,
        "no",
        _(
            "The machine shows another certificate than before. It may have been installed anew "
            "or renewed it, or somebody else answers in its place. Nothing was sent to it."
        ),
    ),
    Closing(
        "rdp-refused",
        Code.RIGHT_ENDED,
        "no",
        _(
            "The machine did not accept this. Check the user, the password and the domain, and "
            "that this user may sign in there from afar."
        ),
    ),
    Closing(
        "rdp-turned-away",
        Code.RIGHT_ENDED,
        "no",
        _(
            "The machine ended the session at once, as it may for a wrong password. Check the "
            "user, the password and the domain, and that this user may sign in there from afar."
        ),
    ),
    Closing("host-unreachable", Code.UNREACHABLE, "soon", _("The host does not answer.")),
    Closing("display-refused", Code.UNREACHABLE, "soon", _("The screen does not answer.")),
    Closing("display-closed", Code.UNREACHABLE, "soon", _("The screen went away.")),
)
CLOSINGS: dict[str, Closing] = {closing.key: closing for closing in _ALL}


class ConsoleClosed(Exception):
    """End a console for the reason `key` of CLOSINGS; `detail` is for the log only."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.closing = CLOSINGS[key]
        self.detail = detail
