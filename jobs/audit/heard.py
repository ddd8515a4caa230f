"""Who wants to hear of each line of the record, once it is certain.

Receivers get `entry`. They run in the process that wrote the line and must be quick; what has to
reach somebody even if this process dies reads the record by `seq` instead.
"""

from django.dispatch import Signal

recorded = Signal()
