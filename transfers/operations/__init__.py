"""Carry files between our staging folder and a guest."""
