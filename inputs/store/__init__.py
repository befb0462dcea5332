"""The store (kho số liệu): every fact of a year with its source; added to, never changed."""
