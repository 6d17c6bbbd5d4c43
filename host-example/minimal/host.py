"""A workflow host in under 50 lines of Python:   host.py <plugin.so> <properties.json>
A line of standard input is a command: its name, a space, and the request, one JSON object."""
import json, sys
from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, byref, cast, sizeof, string_at
from ctypes import c_char_p as text, c_int32 as i32, c_int64 as i64, c_size_t as size
from ctypes import c_uint16 as u16, c_uint32 as u32, c_uint64 as u64, c_void_p as pointer

class Buffer(Structure):  # `ptr` is no c_char_p: ctypes makes bytes of one, and the pointer is gone
    _fields_ = [("ptr", pointer), ("len", size), ("release", pointer), ("private_data", pointer)]

class Error(Structure):
    _fields_ = [("struct_size", u32), ("result", i32), ("flags", u32), ("http_status", i32),
                ("remote_code", i64), ("retry_after_ms", u64), ("message", Buffer)]

@CFUNCTYPE(i32, pointer, pointer, size, pointer, size)  # must live as long as the registration
def on_event(_user_data, event, event_len, body, body_len):
    try:
        print("event", string_at(event, event_len).decode(), string_at(body, body_len).decode())
        return 0  # WFA_EVENT_ACCEPTED
    except BaseException:
        return 1  # WFA_EVENT_RETRY: left to ctypes, the answer would be undefined

def function(index, *parameters):  # undeclared, ctypes would cut pointers to 32 bits
    return CFUNCTYPE(i32, *parameters)(table[index])

def run(name, request):
    out = Buffer()
    result = execute(adapter, name, len(name), request, len(request), None, byref(out), None)
    print(name.decode(), result, string_at(out.ptr, out.len).decode() if out.ptr else "")
    if out.release: CFUNCTYPE(None, pointer)(out.release)(byref(out))

plugin, properties = CDLL(sys.argv[1]), open(sys.argv[2], "rb").read()
api = CFUNCTYPE(pointer, u16, u16)(("wfa_entry", plugin))(1, 0)
table = cast(api or sys.exit("not version 1 of the contract"), POINTER(pointer))  # sizes, pointers
described = string_at(*cast(table[1], POINTER(pointer))[23:25])  # behind 9 words and 7 lists of 2
for command in json.loads(described).get("commands", []):
    print("command", command["name"])
create, adapter = function(3, pointer, text, size, pointer, pointer), pointer()
execute = function(5, pointer, *[text, size] * 2, *[pointer] * 3)
if create(None, properties, len(properties), byref(adapter), byref(error := Error(sizeof(Error)))):
    sys.exit(string_at(error.message.ptr, error.message.len).decode())
function(6, pointer, text, size, *[pointer] * 5)(adapter, None, 0, on_event, *[None] * 4)
if u32.from_address(api).value > 14 * 8 and table[14]: function(14, *[pointer] * 2)(adapter, None)
for line in sys.stdin.buffer: run(*line.split(b" ", 1))
function(4, pointer, u32)(adapter, 0)
