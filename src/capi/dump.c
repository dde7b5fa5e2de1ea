// dump.c - stacks of threads, written with write(2) only: for crashes, faulthandler and fatal
// errors.
//
// Nothing is allocated, no lock is taken and no Python runs; what looks wrong is shown as "???".
#include "capi/dump.h"

#include <string.h>
#include <unistd.h>

#include "internal/pycore_pyerrors.h"
#include "runtime/interpreter.h"
#include "vm/frame.h"

enum { MOST_CHARACTERS = 500, MOST_FRAMES = 100, MOST_THREADS = 100 };

static void put(int descriptor, const char *text)
{
    for (size_t size = strlen(text); size > 0;) {
        ssize_t count = write(descriptor, text, size);
        if (count <= 0) return;
        text += count;
        size -= (size_t)count;
    }
}

void _Py_DumpDecimal(int descriptor, size_t value)
{
    char digits[24], *at = digits + sizeof digits - 1;
    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    put(descriptor, at);
}

void _Py_DumpHexadecimal(int descriptor, uintptr_t value, Py_ssize_t width)
{
    char digits[2 * sizeof value + 1], *at = digits + sizeof digits - 1;
    if (width > (Py_ssize_t)(2 * sizeof value)) width = 2 * sizeof value;
    *at = 0;
    do {
        *--at = "0123456789abcdef"[value & 15];
        width--;
    } while ((value >>= 4) != 0 || width > 0);
    put(descriptor, at);
}

static void put_escaped(int descriptor, Py_UCS4 c)
{
    if (c >= ' ' && c < 127) {
        char text[2] = {(char)c, 0};
        put(descriptor, text);
        return;
    }
    put(descriptor, c <= 0xff ? "\\x" : c <= 0xffff ? "\\u" : "\\U");
    _Py_DumpHexadecimal(descriptor, c, c <= 0xff ? 2 : c <= 0xffff ? 4 : 8);
}

void _Py_DumpASCII(int descriptor, PyObject *text)
{
    if (text == NULL || !PyUnicode_Check(text) || !PyUnicode_IS_READY(text)) return;
    Py_ssize_t size = PyUnicode_GET_LENGTH(text), shown = Py_MIN(size, MOST_CHARACTERS);
    for (Py_ssize_t i = 0; i < shown; i++) put_escaped(descriptor, PyUnicode_READ_CHAR(text, i));
    if (shown < size) put(descriptor, "...");
}

static void put_name(int descriptor, PyObject *name)
{
    if (name != NULL && PyUnicode_Check(name))
        _Py_DumpASCII(descriptor, name);
    else
        put(descriptor, "???");
}

static void dump_frame(int descriptor, KrFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    put(descriptor, "  File \"");
    put_name(descriptor, code->co_filename);
    put(descriptor, "\", line ");
    int line = PyCode_Addr2Line(code, kr_frame_last_index(frame) * (int)sizeof(_Py_CODEUNIT));
    if (line >= 0)
        _Py_DumpDecimal(descriptor, (size_t)line);
    else
        put(descriptor, "???");
    put(descriptor, " in ");
    put_name(descriptor, code->co_name);
    put(descriptor, "\n");
}

static void dump_stack(int descriptor, PyThreadState *thread, int with_header)
{
    if (with_header) put(descriptor, "Stack (most recent call first):\n");
    KrFrame *frame = thread->cframe == NULL ? NULL
        : kr_frame_first_complete(thread->cframe->current_frame);
    if (frame == NULL) put(descriptor, "  <no Python frame>\n");
    for (int depth = 0; frame != NULL; depth++) {
        if (depth >= MOST_FRAMES) {
            put(descriptor, "  ...\n");
            break;
        }
        dump_frame(descriptor, frame);
        frame = kr_frame_first_complete(frame->previous);
    }
}

void _Py_DumpTraceback(int descriptor, PyThreadState *thread)
{
    dump_stack(descriptor, thread, 1);
}

const char *_Py_DumpTracebackThreads(int descriptor, PyInterpreterState *interpreter,
                                     PyThreadState *current)
{
    if (current == NULL) current = PyGILState_GetThisThreadState();
    if (interpreter == NULL) {
        interpreter = current != NULL ? current->interp : _PyRuntime.interpreters.main;
        if (interpreter == NULL) return "unable to get the interpreter state";
    }
    PyThreadState *thread = interpreter->threads;
    if (thread == NULL) return "unable to get the thread head state";
    for (int count = 0; thread != NULL; thread = thread->next, count++) {
        if (count != 0) put(descriptor, "\n");
        if (count >= MOST_THREADS) {
            put(descriptor, "...\n");
            break;
        }
        put(descriptor, thread == current ? "Current thread 0x" : "Thread 0x");
        _Py_DumpHexadecimal(descriptor, thread->thread_id, sizeof(unsigned long) * 2);
        put(descriptor, " (most recent call first):\n");
        if (thread == current && interpreter->gc.is_collecting)
            put(descriptor, "  Garbage-collecting\n");
        dump_stack(descriptor, thread, 0);
    }
    return NULL;
}

// Names of loaded extension modules that are not of the library.
void _Py_DumpExtensionModules(int descriptor, PyInterpreterState *interpreter)
{
    PyObject *modules = interpreter == NULL ? NULL : interpreter->modules, *name, *module;
    if (modules == NULL || !PyDict_Check(modules)) return;
    size_t count = 0;
    Py_ssize_t position = 0;
    while (PyDict_Next(modules, &position, &name, &module)) {
        if (!PyUnicode_Check(name) || !PyModule_Check(module) || PyModule_GetDef(module) == NULL)
            continue;
        if (PyUnicode_READ_CHAR(name, 0) == '_' || PyModule_GetState(module) == NULL) continue;
        put(descriptor, count == 0 ? "\nExtension modules: " : ", ");
        _Py_DumpASCII(descriptor, name);
        count++;
    }
    if (count == 0) return;
    put(descriptor, " (total: ");
    _Py_DumpDecimal(descriptor, count);
    put(descriptor, ")\n");
}
