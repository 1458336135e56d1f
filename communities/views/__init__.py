"""Pages of communities, of their people, and of the lists they are imported from."""
