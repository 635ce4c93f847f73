"""The web page: uploads, a queue, one worker process, and what the browser gets."""

PORT = 7860
"""Where the page is if nobody says otherwise and no other program, such as one of Gradio's, is there."""
