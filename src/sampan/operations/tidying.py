"""What crashes left behind: drafts that nothing names, uploads nobody went on with, files that outlived their keys.

Only names that begin with a dot are swept, and only while nobody has one in hand. A complete file that no record names
stays: it does no harm, and records may have been put back from a backup. The files are those of erased deliveries.
"""

from __future__ import annotations

from sampan.operations import erasing, uploads
from sampan.store import blobs, parts, work
from sampan.store.home import Store


def tidy(store: Store) -> int:
    """Sweep drafts, opened originals above all, and end erasures that were cut short; the number of files removed.

    Does nothing while another process has a draft in hand: the next operation will find it alone.
    """
    late = uploads.sweep(store)
    with work.alone(store.root) as alone:
        if not alone:
            return late
        return late + blobs.sweep(store.blobs) + parts.sweep(store.parts) + erasing.remove_erased(store)
