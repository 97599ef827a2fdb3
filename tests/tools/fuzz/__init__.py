"""Fuzzing: texts and bytes that nobody thought of, tried on all that takes what somebody else wrote."""
