"""Whether this machine and this installation can do what they are asked to: what `keras_impl.doctor` looks at."""
