"""Second ones beside what the package has, each in a file: a detector, a backbone, an approach."""
