"""ResNet50: config, network, what feeds it, how it learns, and where it looks."""

NAME = "resnet"
"""Of the approach, and of its folder in a results folder."""
