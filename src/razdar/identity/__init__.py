"""Who is who: clients, people, roles, sign-in, sessions, second-person approvals, and the only maker of viewers."""
