"""Can a host be reached, and whom does it take us for?"""
