"""What templates ask about maintenance."""
