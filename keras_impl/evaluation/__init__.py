"""From scores to statements: score files, statistics, figures, the report."""
