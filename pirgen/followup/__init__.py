"""What happens to action items after the review: edits, reminders, and the tracker that people look at."""
