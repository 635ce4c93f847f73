"""What is shown of a prediction: the terminal, JSON and CSV, the page, pictures and films."""
