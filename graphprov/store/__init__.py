"""The store: everything that graphprov asks of Neo4j. Nothing above this room knows a driver, a query or a label."""

from graphprov.store.connection import Address, address_of
from graphprov.store.facade import Store, Table, open_store
from graphprov.store.resolve import Reference

__all__ = ["Address", "Reference", "Store", "Table", "address_of", "open_store"]
