"""What happens to action items after the review: edits, and a tracker in which people see them."""
