"""What the employee does: one flow per file."""

import gc

gc.freeze()  # a run is a process of its own: looking through Prefect's objects again cost it half a second
