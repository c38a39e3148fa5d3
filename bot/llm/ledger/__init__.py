"""What was sent to a model, word for word, and what it cost: for whoever must answer for it."""
