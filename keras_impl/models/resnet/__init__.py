"""ResNet50: config, network, what feeds it, how it learns, and where it looks."""
