"""How are the rows of machines kept equal to what the hosts say?"""
