"""Plans (kế hoạch): what a province sets out to do, who leads it and by when."""
