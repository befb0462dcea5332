"""Tests of parindex; `oracle` is the judge, `strategies` makes what it judges."""
