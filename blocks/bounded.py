"""Runs a script of ours with bounded processor time and memory, where the system can.

Run as `python -I bounded.py CPU_SECONDS MEMORY_BYTES SCRIPT ARGUMENT...`. It imports nothing of ours.
"""

import contextlib
import runpy
import sys


def limit_resources(cpu_seconds: int, memory_bytes: int) -> None:
    """Bound what this process may use; memory counts as address space."""
    try:
        import resource
    except ImportError:  # Windows: the caller's timeout is the only bound
        return
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit on addresses
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    limit_resources(int(sys.argv[1]), int(sys.argv[2]))
    del sys.argv[:3]
    runpy.run_path(sys.argv[0], run_name="__main__")
