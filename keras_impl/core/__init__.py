"""What every other room stands on, and nothing of faces or sound: files, processes, libraries."""
