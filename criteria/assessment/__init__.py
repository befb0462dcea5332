"""A year's assessment (kỳ chấm điểm): who is scored by which set, who reviews, by when."""
