"""Articles: reading .txt, .md, .html, .pdf and .docx into one canonical text."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]
