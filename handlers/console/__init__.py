"""The console: an ordinary channel whose chat is paperwire's own terminal. adapter talks, asking reads what
is typed, render lays out."""
