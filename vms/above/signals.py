"""What rooms above may hear of machines."""

from django.dispatch import Signal

# Argument: ids, of machines that started, stopped or otherwise changed their state.
states_changed = Signal()
