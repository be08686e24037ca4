"""What lies in files and what hears: the index store and the way from a sound file to its prints. Knows no Django."""
