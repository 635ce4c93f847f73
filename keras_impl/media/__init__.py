"""What comes in: labelled data sets, and the pixels of their videos and images."""
