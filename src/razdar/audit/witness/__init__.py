"""The witness: what a client runs on a machine of its own. It needs no database and no key of Razdar."""
