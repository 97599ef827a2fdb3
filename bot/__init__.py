"""What people meet: the terminal now, Discord next."""
