"""Other ways to the same answer, written apart from `consent.core`, so that a mistake would have to be made twice."""
