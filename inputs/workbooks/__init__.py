"""Workbooks that go out and come back (bảng chấm điểm): their layout, their seal, their reading."""
