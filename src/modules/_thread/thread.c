// thread.c - the module _thread: starting threads, and what they tell of themselves.
#include "modules/_thread/thread.h"

#include "Python.h"
#include "internal/pycore_pystate.h"

#include <signal.h>

#include "internal/pycore_pyerrors.h"
#include "internal/pycore_pylifecycle.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// --- starting -----------------------------------------------------------------------------------

typedef struct StartPacket {
    PyThreadState *thread;
    PyObject *function, *args, *kwargs;
} StartPacket;

static void release_packet(StartPacket *packet)
{
    Py_XDECREF(packet->function);
    Py_XDECREF(packet->args);
    Py_XDECREF(packet->kwargs);
    PyMem_Free(packet);
}

// What a new thread of the system runs.
static void run_thread(void *argument)
{
    StartPacket *packet = argument;
    PyThreadState *thread = packet->thread;
    thread->thread_id = PyThread_get_thread_ident();
    thread->native_thread_id = PyThread_get_thread_native_id();
    _PyThreadState_SetCurrent(thread);
    PyEval_AcquireThread(thread);
    thread->interp->thread_count++;
    PyObject *result = PyObject_Call(packet->function, packet->args, packet->kwargs);
    if (result == NULL) {
        if (PyErr_ExceptionMatches(PyExc_SystemExit)) PyErr_Clear();
        else _PyErr_WriteUnraisableMsg("in thread started by", packet->function);
    }
    Py_XDECREF(result);
    release_packet(packet);
    thread->interp->thread_count--;
    PyThreadState_Clear(thread);
    PyThreadState_DeleteCurrent();
    PyThread_exit_thread();
}

static PyObject *start_thread(PyObject *function, PyObject *args, PyObject *kwargs)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    StartPacket *packet = PyMem_New(StartPacket, 1);
    if (packet == NULL) return PyErr_NoMemory();
    *packet = (StartPacket){_PyThreadState_Prealloc(interpreter), Py_NewRef(function),
                            Py_NewRef(args), Py_XNewRef(kwargs)};
    if (packet->thread == NULL) {
        release_packet(packet);
        return PyErr_NoMemory();
    }
    PyThreadState *thread = packet->thread;
    unsigned long identifier = PyThread_start_new_thread(run_thread, packet);
    if (identifier != PYTHREAD_INVALID_THREAD_ID) return PyLong_FromUnsignedLong(identifier);
    release_packet(packet);
    PyThreadState_Clear(thread);
    PyThreadState_Delete(thread);
    return kr_raise(PyExc_RuntimeError, "can't start new thread");
}

static PyObject *check_and_start(PyObject *function, PyObject *args, PyObject *kwargs)
{
    if (!PyCallable_Check(function))
        return kr_raise(PyExc_TypeError, "first arg must be callable");
    if (!PyTuple_Check(args)) return kr_raise(PyExc_TypeError, "2nd arg must be a tuple");
    if (kwargs != NULL && !PyDict_Check(kwargs))
        return kr_raise(PyExc_TypeError, "optional 3rd arg must be a dictionary");
    if (PySys_Audit("_thread.start_new_thread", "OOO", function, args, kwargs == NULL ? Py_None
                    : kwargs) < 0)
        return NULL;
    return start_thread(function, args, kwargs);
}

METHOD(start_new_thread, "module, function, args, kwargs: object = NULL, /",
       "start_new_thread(function, args[, kwargs])\n(start_new() is an obsolete synonym)\n\n"
       "Start a new thread and return its identifier.  The thread will call the\nfunction "
       "with positional arguments from the tuple args and keyword arguments\ntaken from the "
       "optional dictionary kwargs.  The thread exits when the\nfunction returns; the return "
       "value is ignored.  The thread will also exit\nwhen the function raises an unhandled "
       "exception; a stack trace will be\nprinted unless the exception is SystemExit.\n")
static PyObject *thread_start_new_thread(PyObject *module, PyObject *function, PyObject *args,
                                         PyObject *kwargs)
{
    return check_and_start(function, args, kwargs);
}

METHOD(start_new, "module, function, args, kwargs: object = NULL, /",
       "start_new_thread(function, args[, kwargs])\n(start_new() is an obsolete synonym)\n\n"
       "Start a new thread and return its identifier.  The thread will call the\nfunction "
       "with positional arguments from the tuple args and keyword arguments\ntaken from the "
       "optional dictionary kwargs.  The thread exits when the\nfunction returns; the return "
       "value is ignored.  The thread will also exit\nwhen the function raises an unhandled "
       "exception; a stack trace will be\nprinted unless the exception is SystemExit.\n")
static PyObject *thread_start_new(PyObject *module, PyObject *function, PyObject *args,
                                  PyObject *kwargs)
{
    return check_and_start(function, args, kwargs);
}

// --- small things -------------------------------------------------------------------------------

METHOD(allocate_lock, "module",
       "allocate_lock() -> lock object\n(allocate() is an obsolete synonym)\n\nCreate a new "
       "lock object. See help(type(threading.Lock())) for\ninformation about locks.")
static PyObject *thread_allocate_lock(PyObject *module)
{
    return kr_lock_new();
}

METHOD(allocate, "module",
       "allocate_lock() -> lock object\n(allocate() is an obsolete synonym)\n\nCreate a new "
       "lock object. See help(type(threading.Lock())) for\ninformation about locks.")
static PyObject *thread_allocate(PyObject *module)
{
    return kr_lock_new();
}

METHOD(exit_thread, "module",
       "exit()\n(exit_thread() is an obsolete synonym)\n\nThis is synonymous to ``raise "
       "SystemExit''.  It will cause the current\nthread to exit silently unless the "
       "exception is caught.")
static PyObject *thread_exit_thread(PyObject *module)
{
    PyErr_SetNone(PyExc_SystemExit);
    return NULL;
}

METHOD(exit, "module",
       "exit()\n(exit_thread() is an obsolete synonym)\n\nThis is synonymous to ``raise "
       "SystemExit''.  It will cause the current\nthread to exit silently unless the "
       "exception is caught.")
static PyObject *thread_exit(PyObject *module)
{
    PyErr_SetNone(PyExc_SystemExit);
    return NULL;
}

METHOD(interrupt_main, "module, signum: int = 2, /",
       "interrupt_main(signum=signal.SIGINT, /)\n\nSimulate the arrival of the given signal "
       "in the main thread,\nwhere the corresponding signal handler will be executed.\nIf "
       "*signum* is omitted, SIGINT is assumed.\nA subthread can use this function to "
       "interrupt the main thread.\n\nNote: the default signal handler for SIGINT raises "
       "``KeyboardInterrupt``.")
static PyObject *thread_interrupt_main(PyObject *module, int signal_number)
{
    if (PyErr_SetInterruptEx(signal_number) < 0)
        return kr_raise(PyExc_ValueError, "signal number out of range");
    Py_RETURN_NONE;
}

METHOD(get_ident, "module",
       "get_ident() -> integer\n\nReturn a non-zero integer that uniquely identifies the "
       "current thread\namongst other threads that exist simultaneously.\nThis may be used "
       "to identify per-thread resources.\nEven though on some platforms threads identities "
       "may appear to be\nallocated consecutive numbers starting at 1, this behavior should "
       "not\nbe relied upon, and the number should be seen purely as a magic cookie.\nA "
       "thread's identity may be reused for another thread after it exits.")
static PyObject *thread_get_ident(PyObject *module)
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_ident());
}

METHOD(get_native_id, "module",
       "get_native_id() -> integer\n\nReturn a non-negative integer identifying the thread "
       "as reported\nby the OS (kernel). This may be used to uniquely identify a\nparticular "
       "thread within a system.")
static PyObject *thread_get_native_id(PyObject *module)
{
    return PyLong_FromUnsignedLong(PyThread_get_thread_native_id());
}

METHOD(_count, "module",
       "_count() -> integer\n\nReturn the number of currently running Python threads, "
       "excluding\nthe main thread. The returned number comprises all threads created\n"
       "through `start_new_thread()` as well as `threading.Thread`, and not\nyet "
       "finished.\n\nThis function is meant for internal and specialized purposes only.\nIn "
       "most applications `threading.enumerate()` should be used instead.")
static PyObject *thread__count(PyObject *module)
{
    return PyLong_FromLong(kr_interpreter_current()->thread_count);
}

METHOD(stack_size, "module, size: ssize = 0, /",
       "stack_size([size]) -> size\n\nReturn the thread stack size used when creating new "
       "threads.  The\noptional size argument specifies the stack size (in bytes) to be "
       "used\nfor subsequently created threads, and must be 0 (use platform or\nconfigured "
       "default) or a positive integer value of at least 32,768 (32k).\nIf changing the "
       "thread stack size is unsupported, a ThreadError\nexception is raised.  If the "
       "specified size is invalid, a ValueError\nexception is raised, and the stack size is "
       "unmodified.  32k bytes\n currently the minimum supported stack size value to "
       "guarantee\nsufficient stack space for the interpreter itself.\n\nNote that some "
       "platforms may have particular restrictions on values for\nthe stack size, such as "
       "requiring a minimum stack size larger than 32 KiB or\nrequiring allocation in "
       "multiples of the system memory page size\n- platform documentation should be "
       "referred to for more information\n(4 KiB pages are common; using multiples of 4096 "
       "for the stack size is\nthe suggested approach in the absence of more specific "
       "information).")
static PyObject *thread_stack_size(PyObject *module, Py_ssize_t size)
{
    if (size < 0) return kr_raise(PyExc_ValueError, "size must be 0 or a positive value");
    size_t old = PyThread_get_stacksize();
    int result = PyThread_set_stacksize((size_t)size);
    if (result == -1) return kr_raise(PyExc_ValueError, "size not valid: %zd bytes", size);
    if (result == -2) return kr_raise(PyExc_RuntimeError, "setting stack size not supported");
    return PyLong_FromSsize_t((Py_ssize_t)old);
}

// --- the sentinel: a lock that is released when its thread ends --------------------------------

static void release_sentinel(void *reference)
{
    PyObject *lock = PyWeakref_GetObject(reference);
    if (lock != Py_None) {
        kr_lock_note_released(lock);
        PyThread_release_lock(kr_lock_handle(lock));
    }
    // The thread state goes away: it cannot run what dropping the reference would.
    Py_DECREF((PyObject *)reference);
}

METHOD(_set_sentinel, "module",
       "_set_sentinel() -> lock\n\nSet a sentinel lock that will be released when the "
       "current thread\nstate is finalized (after it is untied from the interpreter).\n\n"
       "This is a private API for the threading module.")
static PyObject *thread__set_sentinel(PyObject *module)
{
    PyThreadState *thread = kr_thread_current();
    if (thread->on_delete_data != NULL) {
        PyObject *old = thread->on_delete_data;
        thread->on_delete = NULL;
        thread->on_delete_data = NULL;
        Py_DECREF(old);
    }
    PyObject *lock = kr_lock_new();
    if (lock == NULL) return NULL;
    PyObject *reference = PyWeakref_NewRef(lock, NULL);
    if (reference == NULL) {
        Py_DECREF(lock);
        return NULL;
    }
    thread->on_delete_data = reference;
    thread->on_delete = release_sentinel;
    return lock;
}

// --- exceptions that end a thread ---------------------------------------------------------------

static PyStructSequence_Field hook_fields[] = {
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
    {"thread", "Thread"},
    {NULL, NULL},
};

static PyStructSequence_Desc hook_description = {
    .name = "_thread._ExceptHookArgs",
    .doc = "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
    .fields = hook_fields,
    .n_in_sequence = 4,
};

static PyTypeObject hook_args_type;

// New str that names the thread: its name, or its identifier.
static PyObject *name_of_thread(PyObject *thread)
{
    PyObject *name = NULL;
    if (thread != Py_None && _PyObject_LookupAttr(thread, ID(name), &name) < 0) return NULL;
    if (name != NULL) {
        PyObject *text = PyObject_Str(name);
        Py_DECREF(name);
        if (text != NULL) return text;
        PyErr_Clear();
    }
    return PyUnicode_FromFormat("%lu", PyThread_get_thread_ident());
}

METHOD(_excepthook, "module, args, /",
       "excepthook(exc_type, exc_value, exc_traceback, thread)\n\nHandle uncaught "
       "Thread.run() exception.")
static PyObject *thread__excepthook(PyObject *module, PyObject *args)
{
    if (!Py_IS_TYPE(args, &hook_args_type))
        return kr_raise(PyExc_TypeError,
                        "_thread.excepthook argument type must be ExceptHookArgs");
    PyObject *type = PyStructSequence_GetItem(args, 0),
        *thread = PyStructSequence_GetItem(args, 3);
    if (type == PyExc_SystemExit) Py_RETURN_NONE;
    PyObject *file = PySys_GetObject("stderr");
    KR_AUTO PyObject *held = file != NULL && file != Py_None ? Py_NewRef(file) : NULL;
    if (held == NULL) {
        if (thread == Py_None) Py_RETURN_NONE;
        held = PyObject_GetAttr(thread, ID(_stderr));
        if (held == NULL) return NULL;
        if (held == Py_None) Py_RETURN_NONE;
    }
    KR_AUTO PyObject *name = name_of_thread(thread);
    if (name == NULL || PyFile_WriteString("Exception in thread ", held) < 0 ||
        PyFile_WriteObject(name, held, Py_PRINT_RAW) < 0 || PyFile_WriteString(":\n", held) < 0)
        return NULL;
    _PyErr_Display(held, type, PyStructSequence_GetItem(args, 1),
                   PyStructSequence_GetItem(args, 2));
    PyObject *flushed = PyObject_CallMethodNoArgs(held, ID(flush));
    if (flushed == NULL) return NULL;
    Py_DECREF(flushed);
    Py_RETURN_NONE;
}

#include "modules/_thread/thread.methods.h"

int kr_thread_add_functions(PyObject *module)
{
    if (hook_args_type.tp_name == NULL
        && PyStructSequence_InitType2(&hook_args_type, &hook_description) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "_ExceptHookArgs", (PyObject *)&hook_args_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, thread_methods);
}

static int thread_exec(PyObject *module)
{
    if (kr_thread_add_locks(module) < 0 || kr_thread_add_rlock(module) < 0
        || kr_thread_add_local(module) < 0 || kr_thread_add_functions(module) < 0)
        return -1;
    if (PyModule_AddObjectRef(module, "error", PyExc_RuntimeError) < 0) return -1;
    KR_AUTO PyObject *longest = PyFloat_FromDouble((double)(PY_TIMEOUT_MAX / 1000000));
    return longest == NULL ? -1 : PyModule_AddObjectRef(module, "TIMEOUT_MAX", longest);
}

static PyModuleDef_Slot thread_slots[] = {{Py_mod_exec, thread_exec}, {0, NULL}};

static struct PyModuleDef thread_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_thread",
    .m_doc = "This module provides primitive operations to write multi-threaded programs.\nThe "
        "'threading' module provides a more convenient interface.",
    .m_slots = thread_slots,
};

PyMODINIT_FUNC PyInit__thread(void)
{
    return PyModuleDef_Init(&thread_definition);
}
