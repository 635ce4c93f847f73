"""One media file, which may come from anybody: its format, frames, pixels and sound."""
