"""Understanding a question: its intent, its speakers, its topic; with what was just talked about in mind."""
