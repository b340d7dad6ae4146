"""Runs a program whose system call is refused, as the sandboxes of agents do it (seccomp): refuse_sockets.py CALL ERRNO program...
CALL is "socket" (AF_UNIX alone) or "connect". Linux on x86-64 and arm64; ends with 77 where the kernel takes no filter."""

import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {"x86_64": {"socket": 41, "connect": 42}, "aarch64": {"socket": 198, "connect": 203}}
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
AF_UNIX = 1
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 38, 22, 2


def statement(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def main():
    call, code, program = sys.argv[1], getattr(errno, sys.argv[2]), sys.argv[3:]
    number = NUMBERS[platform.machine()][call]
    refuse = [statement(RETURN, REFUSE | code), statement(RETURN, ALLOW)]
    if call == "socket":
        family = [statement(LOAD, FIRST_ARGUMENT_AT), statement(EQUAL, AF_UNIX, 0, 1)]
        steps = [statement(LOAD, NUMBER_AT), statement(EQUAL, number, 0, 3), *family, *refuse]
    else:
        steps = [statement(LOAD, NUMBER_AT), statement(EQUAL, number, 0, 1), *refuse]
    code_of_filter = ctypes.create_string_buffer(b"".join(steps))
    rules = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code_of_filter))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, FILTER_MODE, rules, 0, 0) != 0:
        sys.exit(77)
    os.execvp(program[0], program)


main()
