"""What is known of a customer, and every form in which it may be said: names, numbers, addresses, days of birth."""
