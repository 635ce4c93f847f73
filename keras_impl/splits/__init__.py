"""Who is in training and who in validation: people, split rules, and what leaks between the two."""
