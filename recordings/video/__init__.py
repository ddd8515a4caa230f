"""Recordings of screens as videos that every player knows."""
