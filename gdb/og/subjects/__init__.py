"""What og can look at: a live process, a core file, a snapshot. base.py says what they have in common."""
