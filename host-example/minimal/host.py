"""A workflow host in 30 lines of Python:   host.py <plugin.so> <properties.json> <phone number>
One notification comes on standard input; whoever received it has checked its signature."""
import json
import sys
from ctypes import CDLL, CFUNCTYPE, Structure, byref, sizeof, string_at
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

def function(name, result, *parameters):  # undeclared, ctypes would cut pointers to 32 bits
    return CFUNCTYPE(result, *parameters)((name, plugin))

def run(name, **request):
    body, out = json.dumps(request).encode(), Buffer()
    result = execute(adapter, name.encode(), len(name), body, len(body), None, byref(out), None)
    print(name, result, string_at(out.ptr, out.len).decode() if out.ptr else "")
    function("wfa_buffer_release", None, pointer)(byref(out))

plugin, properties = CDLL(sys.argv[1]), open(sys.argv[2], "rb").read()
function("wfa_entry", pointer, u16, u16)(1, 0) or sys.exit("not version 1 of the contract")
for command in json.loads(function("wfa_get_descriptor_json", text)())["commands"]:
    print("command", command["name"])
adapter, error = pointer(), Error(sizeof(Error))
create = function("wfa_create", i32, pointer, text, size, pointer, pointer)
if create(None, properties, len(properties), byref(adapter), byref(error)) != 0:
    sys.exit(string_at(error.message.ptr, error.message.len).decode())
register = function("wfa_register_event_callback", i32, pointer, text, size, *[pointer] * 5)
execute = function("wfa_execute_command", i32, pointer, text, size, text, size, *[pointer] * 3)
register(adapter, None, 0, on_event, None, None, None, None)
run("sendMessageText", phoneNumber=sys.argv[3], message="Hello")
run("processWebhook", whatsAppNotification=sys.stdin.readline().rstrip("\n"))
function("wfa_destroy", i32, pointer, u32)(adapter, 0)
