"""What happens to a machine that is kept until a day only."""
