"""What is told to people and to programs outside: webhooks, mail, targets, and the bell."""
