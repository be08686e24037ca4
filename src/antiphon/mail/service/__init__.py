"""Letters: committed with the change that caused them, delivered by a job."""
