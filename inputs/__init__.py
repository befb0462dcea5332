"""What is reported: units, answers and tasks, read from files into checked, typed facts."""
