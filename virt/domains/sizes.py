"""How big is a domain? Its processors and memory. Bytes."""

from dataclasses import dataclass

# Memory that a running QEMU has differs from its definition by less than this: it is aligned.
MEMORY_STEP = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Sizes:
    """Say how many processors and how much memory a domain has, and how far both can grow while
    it runs.
    """

    vcpus: int
    max_vcpus: int
    memory: int
    max_memory: int

    def is_like(self, other: "Sizes") -> bool:
        """Tell whether nothing differs but how memory was aligned."""
        return (
            (self.vcpus, self.max_vcpus) == (other.vcpus, other.max_vcpus)
            and abs(self.memory - other.memory) < MEMORY_STEP
            and abs(self.max_memory - other.max_memory) < MEMORY_STEP
        )
