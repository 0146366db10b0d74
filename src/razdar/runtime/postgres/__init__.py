"""PostgreSQL: the embedded server's starter, the four roles, and how Razdar connects.

The modules here know nothing of Django, so that settings may use them.
"""
