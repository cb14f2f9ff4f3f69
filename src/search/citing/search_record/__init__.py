"""What was searched, on what, with which counts; and whether it gives the same today."""
