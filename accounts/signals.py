"""What rooms below the record tell it: rights have changed."""

from django.dispatch import Signal

# Arguments: actor, action, target_kind, target_id, target_name, detail.
changed = Signal()
