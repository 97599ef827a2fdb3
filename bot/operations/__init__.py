"""What operators need: logs, metrics, pages for probes, credentials."""
