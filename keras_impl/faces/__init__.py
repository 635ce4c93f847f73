"""From frames to faces: detection, cropping, and the index that says what was found where."""
