"""The index on an OpenSearch cluster, where one machine is not enough. Implements the Backend protocol.

The cluster keeps shards, copies and failover; terms, formulas and rules are ours. ``reading`` answers the primitives,
``writing`` makes the next commit. Not here: what a question means (answering).
"""
