"""One stored answer, told in every vocabulary that can carry it. Owns no answer: the gate's are the only ones."""
