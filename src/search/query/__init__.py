"""What is asked: text to a tree, a request to an address and back, a tree in words."""
