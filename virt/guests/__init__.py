"""What can be had from inside a guest, through its agent?"""
