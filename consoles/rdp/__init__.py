"""RDP to a machine in the browser: what is asked and answered, which certificate is right."""
