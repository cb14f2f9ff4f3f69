"""A cluster of OpenSearch behind the engine port, for more passages than one machine holds."""
