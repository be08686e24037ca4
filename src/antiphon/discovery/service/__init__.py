"""What is heard in music under a permit, and what follows from it: descriptors and similar sound."""
