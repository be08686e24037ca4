"""The studio's forms. They give fields their shape and words; what may be stored, the catalogue's verbs decide."""
