"""Tags of the templates of migrations."""
