"""The two approaches: FaceNet embeddings with an SVM, and a ResNet50 on the crops."""
