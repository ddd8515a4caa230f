"""The recycle bin: machines that were deleted, or whose time is over, and can still come back.

What is in the bin is off and keeps its name, its disks and its place in the quota for disks; it
counts for no machine, processor or memory any more, so there is room for another one. The name
stays taken because the host keeps the guest under it, and because undoing has to give it back.
A machine that is protected, and one whose team has no bin, is never deleted by itself.
"""
