"""One file a rule kind: what it is worth, said once, as terms that every engine spells."""
