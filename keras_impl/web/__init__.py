"""The web page: uploads, a queue, one worker process, and what the browser gets."""
