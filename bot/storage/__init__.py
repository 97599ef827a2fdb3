"""bot.db: votes, gaps, settings of servers, and which answer belongs to which question."""
