"""A simulated fleet for trying the interface without a hypervisor."""
