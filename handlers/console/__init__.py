"""The console: an ordinary channel whose chat is paperwire's own terminal. adapter talks, render lays out."""
