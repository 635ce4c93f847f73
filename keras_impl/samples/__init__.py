"""Samples, of whichever modality: how a data set becomes a folder of them, and what such a folder holds."""
