"""native/include/og/og.h as ctypes has it: structures and functions, by hand; a test compares them with the compiler."""

import ctypes
from ctypes import POINTER, c_char, c_char_p, c_int, c_int32, c_int64, c_uint32, c_uint64, c_void_p

ABI = 1
MISSES = ("unmapped", "unreadable", "torn")


class Error(ctypes.Structure):
    _fields_ = [("code", c_int32), ("os_errno", c_int32), ("addr", c_uint64), ("msg", c_char * 368)]


class BufferPart(ctypes.Structure):
    _fields_ = [("addr", c_uint64), ("len", c_uint64), ("bytes", c_void_p)]


class CoreOptions(ctypes.Structure):
    _fields_ = [("search", POINTER(c_char_p)), ("search_count", c_uint64), ("sysroot", c_char_p),
                ("executable", c_char_p)]


class Info(ctypes.Structure):
    _fields_ = [("runtime", c_uint64), ("hexversion", c_uint32), ("interpreters", c_uint32), ("threads", c_uint32),
                ("collecting", c_uint32), ("gc_enabled", c_uint32), ("gil_held", c_uint32), ("gil_holder", c_uint64),
                ("misses", c_uint64 * len(MISSES)), ("version", c_char_p), ("layout_source", c_char_p), ("gil", c_uint64),
                ("free_threaded", c_uint32), ("unused", c_uint32)]


class Identity(ctypes.Structure):
    _fields_ = [("pid", c_uint64), ("token", c_uint64 * 2), ("program", c_char_p), ("build_id", c_char_p)]


class PythonRow(ctypes.Structure):
    _fields_ = [("runtime", c_uint64), ("hexversion", c_uint32), ("interpreters", c_uint32), ("chosen", c_uint32),
                ("unused", c_uint32), ("version", c_char_p), ("image", c_char_p)]


class InterpreterRow(ctypes.Structure):
    _fields_ = [("address", c_uint64), ("id", c_int64), ("gil", c_uint64), ("holder", c_uint64), ("held", c_uint32),
                ("collecting", c_uint32)]


class ThreadRow(ctypes.Structure):
    _fields_ = [("tstate", c_uint64), ("interp", c_uint64), ("thread_id", c_uint64), ("native_thread_id", c_uint64),
                ("frame", c_uint64), ("depth", c_uint32), ("line", c_uint32), ("function", c_char_p),
                ("file", c_char_p), ("attached", c_uint32), ("unused", c_uint32)]


class ObjectRow(ctypes.Structure):
    _fields_ = [("address", c_uint64), ("type_address", c_uint64), ("size", c_uint64), ("len", c_int64),
                ("refcount", c_uint32), ("tracked", c_uint32), ("id", c_uint32), ("is_module", c_uint32),
                ("type", c_char_p), ("long_type", c_char_p), ("label", c_char_p)]


class FieldRow(ctypes.Structure):
    _fields_ = [("target", c_uint64), ("kind", c_uint32), ("unused", c_uint32), ("name", c_char_p),
                ("type", c_char_p), ("label", c_char_p)]


class ScanOptions(ctypes.Structure):
    _fields_ = [("level", c_uint32), ("sizes", c_uint32)]


class Progress(ctypes.Structure):
    _fields_ = [("done", c_uint64), ("total", c_uint64), ("what", c_char_p)]


class Losses(ctypes.Structure):
    _fields_ = [("unreadable", c_uint64 * len(MISSES)), ("torn", c_uint64), ("mended_lists", c_uint64),
                ("swept", c_uint64), ("aside", c_uint64)]


class GraphInfo(ctypes.Structure):
    _fields_ = [("level", c_uint32), ("from_agent", c_uint32), ("objects", c_uint64), ("tracked", c_uint64),
                ("references", c_uint64), ("memory", c_uint64), ("unreadable", c_uint64),
                ("unreadable_lists", c_uint64), ("losses", Losses)]


class Query(ctypes.Structure):
    _fields_ = [("all", c_uint32), ("long_names", c_uint32), ("by_bytes", c_uint32), ("unused", c_uint32),
                ("limit", c_uint64), ("filter", c_void_p)]


class SaveOptions(ctypes.Structure):
    _fields_ = [("words", c_uint32), ("strings", c_uint32), ("name", c_char_p), ("source", c_char_p),
                ("key", c_char_p)]


class SnapshotInfo(ctypes.Structure):
    _fields_ = [("pid", c_uint64), ("process", c_uint64 * 2), ("time", c_uint64), ("file_size", c_uint64),
                ("hexversion", c_uint32), ("words", c_uint32), ("strings", c_uint32), ("unused", c_uint32),
                ("name", c_char_p), ("source", c_char_p), ("version", c_char_p), ("program", c_char_p),
                ("build_id", c_char_p)]


class TypeRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("count", c_uint64), ("bytes", c_uint64), ("type_address", c_uint64)]


class GrowthRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("count", c_uint64), ("bytes", c_uint64), ("delta", c_int64),
                ("bytes_delta", c_int64)]


class NewRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("old_ids", c_uint64), ("current_ids", c_uint64), ("new_ids", c_uint64),
                ("count_delta", c_int64), ("addresses", POINTER(c_uint64))]


class DiffRow(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("count_a", c_uint64), ("count_b", c_uint64), ("bytes_a", c_uint64),
                ("bytes_b", c_uint64), ("delta", c_int64), ("bytes_delta", c_int64), ("new_count", c_uint64),
                ("new_addresses", POINTER(c_uint64))]


class LeakingRow(ctypes.Structure):
    _fields_ = [("object", ObjectRow), ("root", c_char_p)]


class NodeRow(ctypes.Structure):
    _fields_ = [("object", ObjectRow), ("depth", c_uint32), ("flags", c_uint32), ("cut", c_uint64)]


class EdgeRow(ctypes.Structure):
    _fields_ = [("source", c_uint64), ("target", c_uint64), ("kind", c_uint32), ("form", c_uint32),
                ("label", c_char_p)]


class ViewOptions(ctypes.Structure):
    _fields_ = [("inverse", c_uint32), ("depth", c_uint32), ("too_many", c_uint32), ("max_nodes", c_uint32),
                ("long_names", c_uint32), ("unused", c_uint32), ("filter", c_void_p), ("ignore", POINTER(c_uint64)),
                ("ignore_count", c_uint64)]


class ChainOptions(ctypes.Structure):
    _fields_ = [("forward", c_uint32), ("max_depth", c_uint32), ("count", c_uint32), ("long_names", c_uint32),
                ("to_address", c_uint64), ("to_type", c_char_p)]


class ChainRow(ctypes.Structure):
    _fields_ = [("addresses", POINTER(c_uint64)), ("length", c_uint64), ("expression", c_char_p),
                ("labels", POINTER(c_char_p))]


class ExportSummary(ctypes.Structure):
    _fields_ = [("objects", c_uint64), ("references", c_uint64), ("bytes", c_uint64 * 2)]


class AgentImage(ctypes.Structure):
    _fields_ = [("bytes", c_void_p), ("size", c_uint64)]


# Name in og.h -> the class here.
STRUCTURES = {
    "og_error": Error, "og_buffer_part": BufferPart, "og_core_options": CoreOptions, "og_info": Info,
    "og_identity": Identity, "og_python_row": PythonRow, "og_interpreter_row": InterpreterRow, "og_thread_row": ThreadRow,
    "og_object_row": ObjectRow, "og_field_row": FieldRow, "og_scan_options": ScanOptions, "og_progress": Progress,
    "og_graph_info": GraphInfo, "og_losses": Losses, "og_query": Query, "og_type_row": TypeRow, "og_growth_row": GrowthRow,
    "og_save_options": SaveOptions, "og_snapshot_info": SnapshotInfo, "og_diff_row": DiffRow,
    "og_new_row": NewRow, "og_leaking_row": LeakingRow, "og_node_row": NodeRow, "og_edge_row": EdgeRow,
    "og_view_options": ViewOptions, "og_chain_options": ChainOptions, "og_chain_row": ChainRow,
    "og_export_summary": ExportSummary, "og_agent_image": AgentImage,
}

_P = c_void_p  # an opaque handle
_ERR = POINTER(Error)

# Name -> (result, arguments). A function that returns c_int and ends in _ERR is fallible.
FUNCTIONS = {
    "og_abi": (c_uint32, []),
    "og_target_open_process": (c_int, [c_int, POINTER(_P), _ERR]),
    "og_target_open_core": (c_int, [c_char_p, POINTER(CoreOptions), POINTER(_P), _ERR]),
    "og_target_open_buffer": (c_int, [POINTER(BufferPart), c_uint64, POINTER(_P), _ERR]),
    "og_target_close": (None, [_P]),
    "og_target_refresh": (c_int, [_P, _ERR]),
    "og_target_stop": (None, [_P, c_uint32]),
    "og_target_check": (c_int, [_P, _P, _ERR]),
    "og_target_info": (c_int, [_P, POINTER(Info), _ERR]),
    "og_target_pythons": (c_int, [_P, c_uint32, POINTER(POINTER(PythonRow)), POINTER(c_uint64), _ERR]),
    "og_target_choose_python": (c_int, [_P, c_uint64, _ERR]),
    "og_target_interpreters": (c_int, [_P, POINTER(POINTER(InterpreterRow)), POINTER(c_uint64), _ERR]),
    "og_target_threads": (c_int, [_P, POINTER(POINTER(ThreadRow)), POINTER(c_uint64), _ERR]),
    "og_target_notes": (c_char_p, [_P]),
    "og_target_identity": (None, [_P, POINTER(Identity)]),
    "og_same_process": (c_int, [_P, _P]),
    "og_target_symbol": (c_uint64, [_P, c_char_p]),
    "og_target_read": (c_int, [_P, c_uint64, c_void_p, c_uint64, _ERR]),
    "og_object_describe": (c_int, [_P, c_uint64, POINTER(ObjectRow), _ERR]),
    "og_object_fields": (c_int, [_P, c_uint64, c_uint64, POINTER(POINTER(FieldRow)), POINTER(c_uint64),
                                 POINTER(c_uint64), _ERR]),
    "og_path_resolve": (c_int, [_P, c_char_p, c_uint64, c_uint64, POINTER(c_uint64), _ERR]),
    # The names are NUL-separated, so the result is a plain pointer: c_char_p would stop at the first.
    "og_path_complete": (c_int, [_P, c_char_p, c_uint64, c_uint64, POINTER(c_void_p), _ERR]),
    "og_scan_begin": (c_int, [_P, POINTER(ScanOptions), POINTER(_P), _ERR]),
    "og_scan_adopt": (c_int, [_P, c_int, POINTER(_P), _ERR]),
    "og_scan_step": (c_int, [_P, c_uint64, _ERR]),
    "og_scan_progress": (None, [_P, POINTER(Progress)]),
    "og_scan_finish": (c_int, [_P, POINTER(_P), _ERR]),
    "og_scan_cancel": (None, [_P]),
    "og_graph_close": (None, [_P]),
    "og_graph_info": (None, [_P, POINTER(GraphInfo)]),
    "og_graph_find": (c_uint32, [_P, c_uint64, c_uint32]),
    "og_graph_address": (c_uint64, [_P, c_uint32]),
    "og_graph_arrays": (c_int, [_P, c_uint32, POINTER(POINTER(c_uint64)), POINTER(POINTER(c_uint32)),
                                POINTER(POINTER(c_uint32)), _ERR]),
    "og_save_begin": (c_int, [_P, _P, POINTER(SaveOptions), POINTER(_P), _ERR]),
    "og_save_step": (c_int, [_P, c_uint64, _ERR]),
    "og_save_progress": (None, [_P, POINTER(Progress)]),
    "og_save_finish": (c_int, [_P, c_char_p, c_int, _ERR]),
    "og_save_cancel": (None, [_P]),
    "og_target_open_snapshot": (c_int, [c_char_p, POINTER(_P), POINTER(_P), _ERR]),
    "og_graph_open": (c_int, [c_char_p, c_char_p, POINTER(_P), _ERR]),
    "og_target_snapshot_info": (c_int, [_P, POINTER(SnapshotInfo), _ERR]),
    "og_filter_compile": (c_int, [c_char_p, POINTER(_P), _ERR]),
    "og_filter_free": (None, [_P]),
    "og_report_close": (None, [_P]),
    "og_types": (c_int, [_P, _P, POINTER(Query), POINTER(_P), POINTER(POINTER(TypeRow)), POINTER(c_uint64),
                         POINTER(c_uint64), _ERR]),
    "og_count": (c_int, [_P, _P, c_char_p, POINTER(Query), POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_growth_create": (_P, []),
    "og_growth_destroy": (None, [_P]),
    "og_growth_update": (c_int, [_P, _P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(GrowthRow)),
                                 POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_new_create": (_P, []),
    "og_new_destroy": (None, [_P]),
    "og_new_update": (c_int, [_P, _P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(NewRow)),
                              POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_diff": (c_int, [_P, _P, _P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(DiffRow)),
                        POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_by_type": (c_int, [_P, _P, c_char_p, POINTER(Query), POINTER(_P), POINTER(POINTER(ObjectRow)),
                           POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_leaking": (c_int, [_P, _P, POINTER(Query), c_uint32, POINTER(_P), POINTER(POINTER(LeakingRow)),
                           POINTER(c_uint64), POINTER(c_uint64), _ERR]),
    "og_view": (c_int, [_P, _P, POINTER(c_uint64), c_uint64, POINTER(ViewOptions), POINTER(_P),
                        POINTER(POINTER(NodeRow)), POINTER(c_uint64), POINTER(POINTER(EdgeRow)), POINTER(c_uint64),
                        _ERR]),
    "og_chain": (c_int, [_P, _P, c_uint64, POINTER(ChainOptions), POINTER(_P), POINTER(POINTER(ChainRow)),
                         POINTER(c_uint64), _ERR]),
    "og_export_begin": (c_int, [_P, _P, c_uint32, c_char_p, POINTER(_P), _ERR]),
    "og_export_step": (c_int, [_P, c_uint64, _ERR]),
    "og_export_progress": (None, [_P, POINTER(Progress)]),
    "og_export_finish": (c_int, [_P, POINTER(ExportSummary), _ERR]),
    "og_export_cancel": (None, [_P]),
    "og_agent_image": (c_int, [POINTER(AgentImage), _ERR]),
    "og_agent_request": (c_int, [_P, POINTER(ScanOptions), c_uint64, c_uint64, c_void_p, POINTER(c_uint64), _ERR]),
}
