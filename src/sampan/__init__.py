"""Sampan: the software of an independent office that brokers public-health data between neighbours."""

__version__ = "0.1.0"
