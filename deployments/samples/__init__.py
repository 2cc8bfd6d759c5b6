"""Sample mails of invented people, made by a script: what arrives at correquests on good days and on bad ones."""
