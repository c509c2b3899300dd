"""A lock between processes, on an open file; the system lets go of it when its last holder ends, however that ends."""

import sys

if sys.platform == "win32":
    import msvcrt

    def taken(descriptor: int) -> bool:
        """Take the lock, or say at once that another process holds it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def taken(descriptor: int) -> bool:
        """Take the lock, or say at once that another process holds it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
