"""Who is in training and who in validation: people, protocols, and what leaks between the two."""
