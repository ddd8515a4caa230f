"""Machines that become bigger or smaller: processors, memory, disks."""
