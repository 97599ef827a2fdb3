"""Who-says-what reports in a parsed scene: rules that find cue, content and speaker phrase."""
