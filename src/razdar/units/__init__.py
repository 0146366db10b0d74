"""``razdar units``: systemd units with an account for each process, so that no process can read what is another's."""
