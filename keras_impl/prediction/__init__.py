"""From a file of one's own to a verdict with reasons: models, faces, people, speech, scores, explanation, report."""
