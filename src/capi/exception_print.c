// exception_print.c - exceptions as text: traceback, message, notes, causes, groups.
//
//     cause, or context              what came before, first
//     traceback                      traceback_print.c
//     Type: message                  with the line of a SyntaxError above it
//     notes
//     +---- 1 ----                   members of a group, indented
#include <string.h>

#include "capi/margin.h"
#include "capi/suggestions.h"
#include "internal/pycore_pyerrors.h"
#include "internal/pycore_pylifecycle.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

enum { GROUP_WIDTH = 15, GROUP_DEPTH = 10 };

typedef struct {
    PyObject *file;
    PyObject *seen;         // ids of exceptions that are printed; NULL: without causes
    int depth;              // of groups
    int needs_close;        // the last member of a group has to draw the closing line
} Printer;

static int write_text(Printer *printer, const char *text)
{
    return PyFile_WriteString(text, printer->file);
}

static int indent_of(const Printer *printer)
{
    return 2 * printer->depth;
}

static const char *margin_of(const Printer *printer)
{
    return printer->depth > 0 ? "| " : "";
}

static int write_margin(Printer *printer)
{
    return _Py_WriteIndentedMargin(indent_of(printer), margin_of(printer), printer->file);
}

static int write_line(Printer *printer, const char *text)
{
    return kr_margin_write_text(printer->file, indent_of(printer), margin_of(printer), text);
}

// ---- traceback

static int print_traceback(Printer *printer, PyObject *exception)
{
    KR_AUTO PyObject *traceback = PyException_GetTraceback(exception);
    if (traceback == NULL || traceback == Py_None) return 0;
    int is_group = _PyBaseExceptionGroup_Check(exception);
    const char *header = is_group ? "Exception Group Traceback (most recent call last):\n"
                                  : "Traceback (most recent call last):\n";
    const char *header_margin = is_group && printer->depth == 1 ? "+ " : margin_of(printer);
    return _PyTraceBack_Print_Indented(traceback, indent_of(printer), margin_of(printer),
                                       header_margin, header, printer->file);
}

// ---- the place of a SyntaxError

typedef struct {
    PyObject *message, *filename, *text;    // owned; text may be NULL
    Py_ssize_t line, offset, end_line, end_offset;
} Place;

static void clear_place(Place *place)
{
    Py_CLEAR(place->message);
    Py_CLEAR(place->filename);
    Py_CLEAR(place->text);
}

enum { NO_DEFAULT = -2 };

// An int attribute; [absent] for None, unless that is NO_DEFAULT.  -1 with an exception.
static int read_number(PyObject *exception, PyObject *name, Py_ssize_t absent,
                       Py_ssize_t *ret_value)
{
    KR_AUTO PyObject *value = PyObject_GetAttr(exception, name);
    if (value == NULL) return -1;
    if (value == Py_None && absent != NO_DEFAULT) {
        *ret_value = absent;
        return 0;
    }
    *ret_value = PyLong_AsSsize_t(value);
    return *ret_value == -1 && PyErr_Occurred() ? -1 : 0;
}

static int read_place(PyObject *exception, Place *ret_place)
{
    Place place = {0};
    place.message = PyObject_GetAttr(exception, ID(msg));
    place.filename = place.message == NULL ? NULL : PyObject_GetAttr(exception, ID(filename));
    if (place.filename == Py_None) Py_SETREF(place.filename, PyUnicode_FromString("<string>"));
    int failed = place.filename == NULL
        || read_number(exception, ID(lineno), NO_DEFAULT, &place.line) < 0
        || read_number(exception, ID(offset), -1, &place.offset) < 0
        || read_number(exception, ID(end_lineno), place.line, &place.end_line) < 0
        || read_number(exception, ID(end_offset), -1, &place.end_offset) < 0;
    if (!failed) {
        place.text = PyObject_GetAttr(exception, ID(text));
        failed = place.text == NULL;
        if (place.text == Py_None) Py_CLEAR(place.text);
    }
    if (failed) {
        clear_place(&place);
        return -1;
    }
    *ret_place = place;
    return 0;
}

// The line and, below it, carets from [offset] to [end], both counted from 1 (0 and less: no
// carets).
static int print_error_line(Printer *printer, PyObject *text_object, Py_ssize_t offset,
                            Py_ssize_t end)
{
    const char *text = PyUnicode_AsUTF8(text_object);
    if (text == NULL) return -1;
    Py_ssize_t length = (Py_ssize_t)strlen(text);
    if (length > 0 && text[length - 1] == '\n') length--;
    if (end > length + 1) end = length + 1;
    Py_ssize_t carets = end > 0 && end > offset ? end - offset : 1;
    offset--;
    // Of several lines, the one with the offset; of that, what follows the indentation.
    for (const char *newline;
         (newline = memchr(text, '\n', (size_t)length)) != NULL && newline - text < offset;) {
        offset -= newline + 1 - text;
        length -= newline + 1 - text;
        text = newline + 1;
    }
    if (offset > length) offset = length;
    for (; length > 0 && (*text == ' ' || *text == '\t' || *text == '\f'); text++, length--)
        offset--;
    KR_AUTO PyObject *line = PyUnicode_DecodeUTF8(text, length, "replace");
    KR_AUTO PyObject *shown = line == NULL ? NULL : PyUnicode_FromFormat("    %U\n", line);
    if (kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer), shown) < 0)
        return -1;
    if (offset < 0) return 0;
    KR_AUTO PyObject *pointer = PyUnicode_New(4 + offset + carets + 1, 127);
    if (pointer == NULL) return -1;
    char *characters = (char *)PyUnicode_1BYTE_DATA(pointer);
    memset(characters, ' ', (size_t)(4 + offset));
    memset(characters + 4 + offset, '^', (size_t)carets);
    characters[4 + offset + carets] = '\n';
    return kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer), pointer);
}

// Prints where a syntax error is and hands out its message (new), or leaves NULL for other
// exceptions.
static int print_place(Printer *printer, PyObject *exception, PyObject **ret_message)
{
    KR_AUTO PyObject *marker = NULL;
    int found = _PyObject_LookupAttr(exception, ID(print_file_and_line), &marker);
    if (found <= 0) return found;
    Place place;
    if (read_place(exception, &place) < 0) {
        PyErr_Clear();
        return 0;
    }
    KR_AUTO PyObject *header = PyUnicode_FromFormat("  File \"%S\", line %zd\n", place.filename,
                                                    place.line);
    int failed = kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer),
                                        header) < 0;
    if (!failed && place.text != NULL && PyUnicode_Check(place.text)) {
        Py_ssize_t end = place.end_offset;
        if (place.end_line > place.line && PyUnicode_AsUTF8AndSize(place.text, &end) == NULL)
            end = -1;
        failed = print_error_line(printer, place.text, place.offset, end) < 0;
    }
    *ret_message = Py_NewRef(place.message);
    clear_place(&place);
    return failed ? -1 : 0;
}

// ---- type and message

static int write_type(Printer *printer, PyObject *type)
{
    KR_AUTO PyObject *module = PyObject_GetAttr(type, ID(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        PyErr_Clear();
        if (write_text(printer, "<unknown>.") < 0) return -1;
    } else if (!_PyUnicode_EqualToASCIIString(module, "builtins")
               && !_PyUnicode_EqualToASCIIString(module, "__main__")) {
        if (PyFile_WriteObject(module, printer->file, Py_PRINT_RAW) < 0
            || write_text(printer, ".") < 0)
            return -1;
    }
    KR_AUTO PyObject *name = PyType_GetQualName((PyTypeObject *)type);
    if (name == NULL || !PyUnicode_Check(name)) {
        PyErr_Clear();
        return write_text(printer, "<unknown>");
    }
    return PyFile_WriteObject(name, printer->file, Py_PRINT_RAW);
}

static int print_message(Printer *printer, PyObject *exception, PyObject *message)
{
    if (write_margin(printer) < 0 || write_type(printer, (PyObject *)Py_TYPE(exception)) < 0)
        return -1;
    if (message != Py_None) {
        KR_AUTO PyObject *text = PyObject_Str(message);
        if (text == NULL) {
            PyErr_Clear();
            if (write_text(printer, ": <exception str() failed>") < 0) return -1;
        } else if (PyUnicode_GET_LENGTH(text) != 0) {
            if (write_text(printer, ": ") < 0
                || PyFile_WriteObject(text, printer->file, Py_PRINT_RAW) < 0)
                return -1;
        }
    }
    KR_AUTO PyObject *suggestion = kr_suggestions_find(exception);
    if (suggestion != NULL) {
        KR_AUTO PyObject *text = PyUnicode_FromFormat(". Did you mean: '%U'?", suggestion);
        if (text == NULL || PyFile_WriteObject(text, printer->file, Py_PRINT_RAW) < 0) return -1;
    }
    PyErr_Clear();
    return write_text(printer, "\n");
}

// ---- notes

static int print_note(Printer *printer, PyObject *note)
{
    KR_AUTO PyObject *text = PyObject_Str(note);
    if (text == NULL) {
        PyErr_Clear();
        return write_line(printer, "<note str() failed>\n");
    }
    KR_AUTO PyObject *newline = PyUnicode_FromOrdinal('\n');
    KR_AUTO PyObject *lines = newline == NULL ? NULL : PyUnicode_Split(text, newline, -1);
    if (lines == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++)
        if (kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer),
                                   PyList_GET_ITEM(lines, i)) < 0 || write_text(printer, "\n") < 0)
            return -1;
    return 0;
}

static int print_notes(Printer *printer, PyObject *exception)
{
    KR_AUTO PyObject *notes = NULL;
    int found = _PyObject_LookupAttr(exception, ID(__notes__), &notes);
    if (found <= 0) return found;
    if (!PySequence_Check(notes) || PyUnicode_Check(notes) || PyBytes_Check(notes)) {
        KR_AUTO PyObject *text = PyObject_Repr(notes);
        if (text == NULL) {
            PyErr_Clear();
            return write_line(printer, "<__notes__ repr() failed>");
        }
        // Without a line end: CPython's own tests of tracebacks look for that.
        return kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer), text);
    }
    Py_ssize_t count = PySequence_Length(notes);
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *note = PySequence_GetItem(notes, i);
        if (note == NULL || print_note(printer, note) < 0) return -1;
    }
    return count < 0 ? -1 : 0;
}

// ---- one exception, a group, a chain

static int print_chain(Printer *printer, PyObject *exception);

static int print_single(Printer *printer, PyObject *exception)
{
    if (!PyExceptionInstance_Check(exception)) {
        KR_AUTO PyObject *text = PyUnicode_FromFormat(
                "TypeError: print_exception(): Exception expected for value, %s found\n",
                _PyType_Name(Py_TYPE(exception)));
        return kr_margin_write_object(printer->file, indent_of(printer), "", text);
    }
    fflush(stdout);
    KR_AUTO PyObject *message = NULL;
    if (print_traceback(printer, exception) < 0 || print_place(printer, exception, &message) < 0
        || print_message(printer, exception, message != NULL ? message : exception) < 0)
        return -1;
    return print_notes(printer, exception);
}

static int write_member_line(Printer *printer, Py_ssize_t index, int is_cut)
{
    const char *start = index == 0 ? "+-" : "  ";
    KR_AUTO PyObject *text = is_cut
        ? PyUnicode_FromFormat("%s+---------------- ... ----------------\n", start)
        : PyUnicode_FromFormat("%s+---------------- %zd ----------------\n", start, index + 1);
    return kr_margin_write_object(printer->file, indent_of(printer), "", text);
}

static int print_member(Printer *printer, PyObject *members, Py_ssize_t index)
{
    if (index < GROUP_WIDTH) return print_chain(printer, PyTuple_GET_ITEM(members, index));
    Py_ssize_t rest = PyTuple_GET_SIZE(members) - GROUP_WIDTH;
    KR_AUTO PyObject *text = PyUnicode_FromFormat("and %zd more exception%s\n", rest,
                                                  rest > 1 ? "s" : "");
    return kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer), text);
}

static int print_group(Printer *printer, PyObject *group)
{
    if (printer->depth > GROUP_DEPTH) {
        KR_AUTO PyObject *text = PyUnicode_FromFormat("... (max_group_depth is %d)\n",
                                                      GROUP_DEPTH);
        return kr_margin_write_object(printer->file, indent_of(printer), margin_of(printer), text);
    }
    int is_outer = printer->depth == 0;
    if (is_outer) printer->depth = 1;
    if (print_single(printer, group) < 0) return -1;
    PyObject *members = ((PyBaseExceptionGroupObject *)group)->excs;
    Py_ssize_t count = Py_MIN(PyTuple_GET_SIZE(members), GROUP_WIDTH + 1);
    printer->needs_close = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        int is_last = i == count - 1;
        // a nested group draws the line for all that end with it
        if (is_last) printer->needs_close = 1;
        if (write_member_line(printer, i, i >= GROUP_WIDTH) < 0) return -1;
        printer->depth++;
        int failed = Py_EnterRecursiveCall(" in print_exception_group")
            || print_member(printer, members, i) < 0;
        if (!failed) Py_LeaveRecursiveCall();
        if (!failed && is_last && printer->needs_close) {
            failed = kr_margin_write_text(printer->file, indent_of(printer), "",
                                          "+------------------------------------\n") < 0;
            printer->needs_close = 0;
        }
        printer->depth--;
        if (failed) return -1;
    }
    if (is_outer) printer->depth = 0;
    return 0;
}

static int print_before(Printer *printer, PyObject *exception, const char *message)
{
    int needs_close = printer->needs_close;
    if (Py_EnterRecursiveCall(" in print_chained")) return -1;
    int result = print_chain(printer, exception);
    Py_LeaveRecursiveCall();
    printer->needs_close = needs_close;
    if (result < 0 || write_line(printer, "\n") < 0 || write_line(printer, message) < 0) return -1;
    return write_line(printer, "\n");
}

static int is_seen(Printer *printer, PyObject *exception)
{
    KR_AUTO PyObject *id = PyLong_FromVoidPtr(exception);
    return id == NULL ? -1 : PySet_Contains(printer->seen, id);
}

static int print_causes(Printer *printer, PyObject *exception)
{
    KR_AUTO PyObject *id = PyLong_FromVoidPtr(exception);
    if (id == NULL || PySet_Add(printer->seen, id) < 0) return -1;
    KR_AUTO PyObject *cause = PyException_GetCause(exception);
    KR_AUTO PyObject *context = PyException_GetContext(exception);
    if (cause != NULL) {
        int seen = is_seen(printer, cause);
        if (seen != 0) return seen < 0 ? -1 : 0;
        return print_before(printer, cause, "The above exception was the direct cause of the "
                            "following exception:\n");
    }
    if (context != NULL && !((PyBaseExceptionObject *)exception)->suppress_context) {
        int seen = is_seen(printer, context);
        if (seen != 0) return seen < 0 ? -1 : 0;
        return print_before(printer, context, "During handling of the above exception, another "
                            "exception occurred:\n");
    }
    return 0;
}

static int print_chain(Printer *printer, PyObject *exception)
{
    if (printer->seen != NULL && PyExceptionInstance_Check(exception)
        && print_causes(printer, exception) < 0)
        return -1;
    return _PyBaseExceptionGroup_Check(exception) ? print_group(printer, exception)
                                                  : print_single(printer, exception);
}

void _PyErr_Display(PyObject *file, PyObject *type, PyObject *value, PyObject *traceback)
{
    if (PyExceptionInstance_Check(value) && traceback != NULL && PyTraceBack_Check(traceback)) {
        KR_AUTO PyObject *own = PyException_GetTraceback(value);
        if (own == NULL) PyException_SetTraceback(value, traceback);
    }
    Printer printer = {.file = file, .seen = PySet_New(NULL)};
    if (printer.seen == NULL) PyErr_Clear();
    if (print_chain(&printer, value) < 0) PyErr_Clear();
    Py_XDECREF(printer.seen);
    PyObject *result = PyObject_CallMethodNoArgs(file, ID(flush));
    if (result == NULL) PyErr_Clear();
    Py_XDECREF(result);
}

void PyErr_Display(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *file = PySys_GetObject("stderr");
    if (file == NULL) {
        _PyObject_Dump(value);
        fprintf(stderr, "lost sys.stderr\n");
        return;
    }
    if (file == Py_None) return;
    Py_INCREF(file);
    _PyErr_Display(file, type, value, traceback);
    Py_DECREF(file);
}
