"""Privacy: what a customer may ask for. Today: to be erased."""
