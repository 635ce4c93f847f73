"""Reports: tables, figures and pages made of what `keras_impl.evaluation` measured."""
