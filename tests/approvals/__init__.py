"""Tests of requests and who decides them."""
