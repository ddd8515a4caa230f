"""Which medium is in a machine's CD drive, and which may be?"""
