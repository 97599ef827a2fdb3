"""What the bot does, whatever the surface: answering, intake of articles, queues, limits. Knows no discord."""
