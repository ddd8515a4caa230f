"""Build the tiny bootable image, its kernel and its initramfs from Debian packages."""

from launcher.tiny.image import build_tiny_image
from launcher.tiny.initramfs import TinyBoot, build_tiny_boot
from launcher.tiny.packages import BuildError

__all__ = ["BuildError", "TinyBoot", "build_tiny_boot", "build_tiny_image"]
