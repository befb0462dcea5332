"""The benchmark of parindex against float engines, with an exact judge beside every time."""
