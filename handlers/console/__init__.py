"""The console: an ordinary channel whose chat is the terminal in which paperwire runs. adapter talks, render lays out."""
