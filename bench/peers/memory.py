"""Peak resident memory of this process."""

import resource
import sys
from pathlib import Path


def peak_bytes() -> int:
    """On Linux VmHWM, which, unlike getrusage, does not inherit the peak of the parent process."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
