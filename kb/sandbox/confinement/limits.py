"""What one child process may use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory_mb` bounds the address space of a process, and what all of a child's hold together.

    `file_mb` bounds one written file, `written_mb` all files of a call together,
    `open_files` the descriptors of one process. `processes` counts a child's
    processes and threads together.
    """

    memory_mb: int = 3072
    file_mb: int = 512
    written_mb: int = 2048
    open_files: int = 512
    processes: int = 512
