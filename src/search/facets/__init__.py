"""What is a document about, and a passage? Place, year and topic, each value with its evidence.

``place`` infers the place from the clues of a document, ``gazetteer`` knows the places and their
names, ``year`` tells the year of publication, ``topic`` scores a passage against a taxonomy.
"""
