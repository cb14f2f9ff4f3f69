"""What changes in an index? A run over files, a document forgotten, a folder watched."""

from .forgetting import allow_document, forget_document
from .report import IndexReport
from .writing import Progress
from .run import update_index
from .state import READER_VERSION
from .watching import Watcher

__all__ = [
    "READER_VERSION",
    "IndexReport",
    "Progress",
    "Watcher",
    "allow_document",
    "forget_document",
    "update_index",
]
