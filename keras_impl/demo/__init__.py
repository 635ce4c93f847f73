"""``python -m keras_impl.demo``: the whole comparison on a data set that is made on the spot."""
