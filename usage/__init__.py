"""What machines cost: hours metered, and shown per team and person."""
