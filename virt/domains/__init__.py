"""What can be done with a domain, part by part; `virt.domain` is where one begins."""
