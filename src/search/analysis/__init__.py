"""Text to terms: folding, words, differences, punctuation, other writings."""
