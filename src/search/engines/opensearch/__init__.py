"""A cluster of OpenSearch behind the engine port, for more passages than one machine holds.

One alias, behind it versions, and in each of them generations: see ``state``. This package is the
only place that imports the client.
"""
