"""Says where the page is once the server that started this program answers there; silent if the server ends before.

Nothing of Sampan is imported here, so that this is said as soon as it is true.
"""

from __future__ import annotations

import os
import socket
import sys
import time

LOOK_SECONDS = 0.1


def main(parent: int, host: str, port: int) -> None:
    """Look until something listens or the parent is gone."""
    while os.getppid() == parent:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
            continue
        sys.stdout.write(f"The page is at http://{host}:{port}/ until you stop it with Ctrl-C.\n")
        sys.stdout.flush()
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
