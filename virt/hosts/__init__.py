"""What is on a host, what is it like, and what can be done with its pools and networks?"""
