"""FaceNet: its weights, its network, and the embeddings of a whole faces folder."""
