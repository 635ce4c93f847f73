"""Sound: what can be heard of speech in a file, cut into segments, described, and indexed."""
