"""Stages (giai đoạn): what a scoring inside a working folder keeps of every stage so far."""
