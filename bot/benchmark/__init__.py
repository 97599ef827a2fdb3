"""How quick it is, each figure beside a yardstick; nothing that answers imports it."""
