"""How does a domain get to another host, and would it fit there?"""
