"""What can a new machine be made of, and may it be so?"""
