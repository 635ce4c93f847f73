"""All steps of a comparison in a row: what will be done and how long it takes, then the same functions as the steps."""
