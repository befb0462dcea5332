"""The program `parindex`: one short file a command, on top of the four packages."""
