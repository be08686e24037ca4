"""The door for those who ask: a form to the holders of tracks, how it stands, and the holders' replies."""
