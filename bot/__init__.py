"""What people meet: the shell and Discord, what is kept of them, and how answers are measured. `index` answers."""
