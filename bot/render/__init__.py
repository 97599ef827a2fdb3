"""Answers and cards as Markdown, within Discord's limits. Pure: values in, text out."""
