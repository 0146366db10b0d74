"""What the demo shows: invented people, their calls and the staff who serve them. Pure data for the demo alone."""
