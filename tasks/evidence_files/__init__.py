"""Files that every evidence pack carries: the verifier and the list of controls."""
