"""What every process stands on: the database, the client scope, jobs, objects, logs. See README.md."""
