"""How people sign in: second factors, whom they are asked of, organisations, directories."""
