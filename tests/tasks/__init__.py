"""The steps, each on a real registry, a real Maildir and real letters."""
