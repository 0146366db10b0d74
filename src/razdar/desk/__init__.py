"""The desk: workspaces by role."""
