"""From the inbox to a signed log: order, trees, checkpoints, heartbeats, pruning, and asking witnesses."""
