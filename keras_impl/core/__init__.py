"""The foundation of all other packages, which knows nothing of faces or sound: files, processes, libraries."""
