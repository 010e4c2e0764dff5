"""System calls that no student's code needs, refused by the kernel: a filter for bubblewrap's --seccomp.

Namespaces hide files, processes and networks. What they do not hide, or what would undo them, is refused here: new
namespaces and mounts (an unlimited tmpfs, and most of the kernel's own bugs), looking into other processes, the
kernel's key rings, memory that neither a limit nor a folder counts, and sockets that no network namespace separates
(a virtual machine's vsock reaches its host from everywhere).
"""

import errno
import platform
import struct

# Each call's number on x86-64 and on ARM64.
REFUSED = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "kexec_load": (246, 104),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
SOCKET = (41, 198)

NEW_NAMESPACES = 0x7E020000
"""clone's flags for a new mount, cgroup, uts, ipc, user, pid or network namespace."""

FAMILIES = (1, 2, 10, 16)
"""Sockets that a network namespace separates: unix, IPv4, IPv6, netlink."""

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

# Classic BPF: opcode, offset if true, offset if false, operand.
LOAD, EQUAL, ATLEAST, ANYBIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data


def supported() -> bool:
    """Whether this processor is one whose system calls are known here; TensorFlow runs on no other."""
    return platform.machine() in ARCHITECTURES


def program() -> bytes:
    """The filter for this machine, as the array of struct sock_filter that the kernel wants."""
    column, audit = ARCHITECTURES[platform.machine()]
    code = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, audit),
        (RETURN, 0, 0, KILL),  # 32-bit calls have other numbers
        (LOAD, 0, 0, NUMBER),
        (ATLEAST, 0, 1, 0x40000000),
        (RETURN, 0, 0, ERROR | errno.ENOSYS),  # x32: the same calls, numbered otherwise
        # Its flags stand in memory, which a filter cannot read; libraries fall back to clone.
        (EQUAL, 0, 1, CLONE3[column]),
        (RETURN, 0, 0, ERROR | errno.ENOSYS),
        (EQUAL, 0, 4, CLONE[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANYBIT, 0, 1, NEW_NAMESPACES),
        (RETURN, 0, 0, ERROR | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
        (EQUAL, 0, 3 + len(FAMILIES), SOCKET[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *((EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)),
        (RETURN, 0, 0, ERROR | errno.EAFNOSUPPORT),
        (RETURN, 0, 0, ALLOW),
    ]
    for numbers in REFUSED.values():
        code += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, ERROR | errno.EPERM)]
    code.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)
