"""Teams as people meet them: pages, invitations and the API; the rows live in accounts."""
