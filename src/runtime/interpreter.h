// interpreter.h - all that belongs to one interpreter.
//
// What a floor above keeps here is either a plain PyObject * (cleared by PyInterpreterState_Clear)
// or a pointer to a struct of its own (declared here by name only, made and freed by its owner).
// A new field goes to the group of its floor.
#ifndef KR_RUNTIME_INTERPRETER_H
#define KR_RUNTIME_INTERPRETER_H

#include <stdbool.h>

#include "object.h"
#include "pystate.h"
#include "pythread.h"
#include "cpython/initconfig.h"
#include "runtime/freelist.h"
#include "runtime/gc.h"
#include "runtime/pending.h"
#include "runtime/thread.h"

enum { KR_CO_EXTRA_USERS = 255 };

// What -X importtime measures, in nanoseconds.
typedef struct KrImportTimes {
    int depth;                          // of modules that are being loaded
    bool has_header;
    int64_t accumulated;                // spent in what the module being loaded has imported
} KrImportTimes;

struct _is {
    PyInterpreterState *next;
    PyThreadState *threads;             // newest first
    struct pyruntimestate *runtime;
    int64_t id;
    int64_t id_references;
    int requires_id_references;
    bool is_initialized;
    bool is_finalizing;

    // ---- evaluator: one word of requests, see pending.h
    KrPending pending;
    _PyFrameEvalFunction eval_frame;
    bool has_own_eval_frame;            // eval_frame is not the default one
    Py_ssize_t co_extra_user_count;
    freefunc co_extra_freefuncs[KR_CO_EXTRA_USERS];
    int recursion_limit;
    uint32_t next_function_version;     // vm/function
    int frame_tracing_count;

    // ---- memory
    KrCollector gc;
    KrFreeList freelists[KR_FREELIST_COUNT];

    // ---- objects
    PyObject *interned;                 // strings/intern: dict of interned str
    PyObject *empty_text;               // strings/str
    PyObject *latin1_texts[256];
    PyObject *empty_bytes;
    PyObject *byte_values[256];
    PyObject *empty_tuple;              // containers/tuple
    uint32_t next_dict_keys_version;    // containers/dict
    uint64_t dict_version;
    unsigned int next_type_version;     // model/type
    struct KrTypeCache *type_cache;
    struct KrIdentifiers *identifiers;  // strings: objects of _Py_Identifier
    PyObject *memory_errors;            // errors: instances in reserve, linked by their dict
    int memory_error_count;
    PyObject *codec_search_path;        // strings/codecs
    PyObject *codec_search_cache;
    PyObject *codec_error_registry;
    int codecs_initialized;
    wchar_t *filesystem_encoding;
    int int_max_str_digits;
    int float_format;                   // numbers/float
    int double_format;
    PyObject *context_empty;            // containers/context
    uint64_t context_version;
    struct KrObjectState *object_state; // anything else of the floor objects

    // ---- imports
    PyObject *modules;                  // sys.modules
    PyObject *modules_by_index;         // list, by PyModuleDef index
    PyObject *importlib;                // the frozen importlib._bootstrap
    PyObject *importlib_external;
    PyObject *import_func;              // builtins.__import__ as it was at start
    PyObject *extensions;               // dict of extension modules by (filename, name)
    int override_frozen_modules;
    KrImportTimes import_times;
    int dlopenflags;

    // ---- system
    PyConfig config;
    PyObject *sysdict;
    PyObject *sysdict_copy;
    PyObject *builtins;                 // dict of the module builtins
    PyObject *builtins_copy;
    PyObject *dict;                     // PyInterpreterState_GetDict
    PyObject *before_forkers;           // os.register_at_fork
    PyObject *after_forkers_parent;
    PyObject *after_forkers_child;
    PyObject *audit_hooks;              // sys.addaudithook
    PyObject *io_unsupported_operation; // modules/_io
    PyObject *warnings_filters;         // modules/_warnings
    PyObject *warnings_once_registry;
    PyObject *warnings_default_action;
    long warnings_filters_version;
    struct KrAtExit *atexit;            // modules/atexit
    struct KrSignals *signals;          // modules/_signal
    struct KrSocketState *socket;       // modules/_socket
    struct KrAstState *ast;             // syntax: node types
    struct KrVmState *vm;               // vm: caches of its own
    PyObject *async_gen_finalizers;
    PyObject *thread_exit_lock;         // _thread
    long thread_count;                  // threads started by _thread
    size_t thread_stack_size;           // of new threads; 0: the default of the system
};

// Makes a new interpreter without threads; NULL without memory.
PyInterpreterState *kr_interpreter_new(void);
// The interpreter with that number, or NULL.
PyInterpreterState *kr_interpreter_find(int64_t id);

static inline PyInterpreterState *kr_interpreter_current(void)
{
    return kr_thread_current()->interp;
}

#endif
