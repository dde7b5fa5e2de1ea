// _warnings.c - warnings: filters, registries, showing.
//
// A warning goes through the filters, newest first; the first that matches tells the action.  What
// was shown is remembered in the registry of the module it arose in, until the filters change.
// The Python module warnings, once imported, holds filters, default action and registry; before
// that the interpreter's own are used.
#include "modules/_warnings.h"

#include "internal/pycore_warnings.h"

#include "internal/pycore_traceback.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"

// One warning on its way.
typedef struct {
    PyObject *category, *message, *text;    // message: an instance of category; text: str
    PyObject *filename, *module, *registry; // registry: dict, None or NULL
    PyObject *source_line, *source;         // or NULL
    PyObject *line_object;
    int line;
} Warning;

static PyInterpreterState *state(void)
{
    return kr_interpreter_current();
}

// ---- start

static PyObject *make_filter(PyObject *category, const char *action, const char *module)
{
    KR_AUTO PyObject *module_text = module == NULL ? Py_NewRef(Py_None)
        : PyUnicode_InternFromString(module);
    KR_AUTO PyObject *action_text = PyUnicode_InternFromString(action);
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    if (module_text == NULL || action_text == NULL || zero == NULL) return NULL;
    return PyTuple_Pack(5, action_text, Py_None, category, module_text, zero);
}

static PyObject *make_filters(void)
{
    PyObject *items[] = {
        make_filter(PyExc_DeprecationWarning, "default", "__main__"),
        make_filter(PyExc_DeprecationWarning, "ignore", NULL),
        make_filter(PyExc_PendingDeprecationWarning, "ignore", NULL),
        make_filter(PyExc_ImportWarning, "ignore", NULL),
        make_filter(PyExc_ResourceWarning, "ignore", NULL),
    };
    PyObject *filters = PyList_New(Py_ARRAY_LENGTH(items));
    int failed = filters == NULL;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(items); i++) {
        failed |= items[i] == NULL;
        if (filters != NULL)
            PyList_SET_ITEM(filters, (Py_ssize_t)i, items[i]);
        else
            Py_XDECREF(items[i]);
    }
    if (failed) Py_CLEAR(filters);
    return filters;
}

int kr_warnings_start(void)
{
    PyInterpreterState *interpreter = state();
    if (interpreter->warnings_filters == NULL) interpreter->warnings_filters = make_filters();
    if (interpreter->warnings_once_registry == NULL)
        interpreter->warnings_once_registry = PyDict_New();
    if (interpreter->warnings_default_action == NULL)
        interpreter->warnings_default_action = PyUnicode_FromString("default");
    return interpreter->warnings_filters == NULL || interpreter->warnings_once_registry == NULL
                   || interpreter->warnings_default_action == NULL
               ? -1
               : 0;
}

// ---- the Python module, when it is there

// New reference to an attribute of the module warnings; NULL when there is none, perhaps with an
// exception.
static PyObject *warnings_attribute(PyObject *name, int import)
{
    KR_AUTO PyObject *module_name = PyUnicode_InternFromString("warnings");
    if (module_name == NULL) return NULL;
    KR_AUTO PyObject *module = NULL;
    if (import && !_Py_IsFinalizing()) {
        module = PyImport_Import(module_name);
        if (module == NULL) {
            if (PyErr_ExceptionMatches(PyExc_ImportError)) PyErr_Clear();
            return NULL;
        }
    } else {
        PyObject *modules = state()->modules;
        if (modules == NULL || !PyDict_Check(modules)) return NULL;
        module = Py_XNewRef(PyDict_GetItemWithError(modules, module_name));
        if (module == NULL) return NULL;
    }
    PyObject *value = NULL;
    (void)_PyObject_LookupAttr(module, name, &value);
    return value;
}

// [slot] of the interpreter, after the module's value was taken over into it.
static BORROWED PyObject *current_setting(PyObject *name, PyObject **slot)
{
    PyObject *value = warnings_attribute(name, 0);
    if (value != NULL)
        Py_XSETREF(*slot, value);
    else if (PyErr_Occurred())
        return NULL;
    return *slot;
}

// ---- filters

static int matches(PyObject *pattern, PyObject *text)
{
    if (pattern == Py_None) return 1;
    if (PyUnicode_CheckExact(pattern))
        return PyUnicode_Compare(pattern, text) == 0 && !PyErr_Occurred();
    KR_AUTO PyObject *result = PyObject_CallMethodOneArg(pattern, ID(match), text);
    return result == NULL ? -1 : PyObject_IsTrue(result);
}

static int filter_matches(PyObject *item, const Warning *warning)
{
    PyObject *action = PyTuple_GET_ITEM(item, 0), *line_object = PyTuple_GET_ITEM(item, 4);
    if (!PyUnicode_Check(action)) {
        PyErr_Format(PyExc_TypeError, "action must be a string, not '%.200s'",
                     Py_TYPE(action)->tp_name);
        return -1;
    }
    int good = matches(PyTuple_GET_ITEM(item, 1), warning->text);
    if (good > 0) good = matches(PyTuple_GET_ITEM(item, 3), warning->module);
    if (good > 0) good = PyObject_IsSubclass(warning->category, PyTuple_GET_ITEM(item, 2));
    if (good <= 0) return good;
    Py_ssize_t line = PyLong_AsSsize_t(line_object);
    if (line == -1 && PyErr_Occurred()) return -1;
    return line == 0 || line == warning->line;
}

// New str, the action for [warning]; *ret_item: the filter that said so (new), or None.
static PyObject *find_action(const Warning *warning, PyObject **ret_item)
{
    PyObject *filters = current_setting(ID(filters), &state()->warnings_filters);
    if (filters == NULL) return NULL;
    if (!PyList_Check(filters)) {
        PyErr_SetString(PyExc_ValueError, "_warnings.filters must be a list");
        return NULL;
    }
    KR_AUTO PyObject *held = Py_NewRef(filters);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(held); i++) {
        KR_AUTO PyObject *item = Py_NewRef(PyList_GET_ITEM(held, i));
        if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) != 5)
            return PyErr_Format(PyExc_ValueError, "_warnings.filters item %zd isn't a 5-tuple", i);
        int good = filter_matches(item, warning);
        if (good < 0) return NULL;
        if (good) {
            *ret_item = Py_NewRef(item);
            return Py_NewRef(PyTuple_GET_ITEM(item, 0));
        }
    }
    PyObject *action = current_setting(ID(defaultaction), &state()->warnings_default_action);
    if (action == NULL) return NULL;
    if (!PyUnicode_Check(action))
        return PyErr_Format(PyExc_TypeError, "_warnings.defaultaction must be a string, not "
                            "'%.200s'", Py_TYPE(action)->tp_name);
    *ret_item = Py_NewRef(Py_None);
    return Py_NewRef(action);
}

// ---- registries

// Was [key] seen since the filters changed?  With [set] it is from now on.  1, 0, -1.
static int was_seen(PyObject *registry, PyObject *key, int set)
{
    PyObject *version = PyDict_GetItemWithError(registry, ID(version));
    if (version == NULL && PyErr_Occurred()) return -1;
    if (version == NULL || !PyLong_CheckExact(version)
        || PyLong_AsLong(version) != state()->warnings_filters_version) {
        PyErr_Clear();
        PyDict_Clear(registry);
        KR_AUTO PyObject *now = PyLong_FromLong(state()->warnings_filters_version);
        if (now == NULL || PyDict_SetItem(registry, ID(version), now) < 0) return -1;
    } else {
        PyObject *seen = PyDict_GetItemWithError(registry, key);
        if (seen == NULL && PyErr_Occurred()) return -1;
        int is_seen = seen == NULL ? 0 : PyObject_IsTrue(seen);
        if (is_seen != 0) return is_seen;
    }
    return set && PyDict_SetItem(registry, key, Py_True) < 0 ? -1 : 0;
}

static int was_text_seen(PyObject *registry, const Warning *warning)
{
    KR_AUTO PyObject *key = PyTuple_Pack(2, warning->text, warning->category);
    return key == NULL ? -1 : was_seen(registry, key, 1);
}

static int has_registry(const Warning *warning)
{
    return warning->registry != NULL && warning->registry != Py_None;
}

// ---- showing

static int is_action(PyObject *action, const char *name)
{
    return _PyUnicode_EqualToASCIIString(action, name);
}

static void show_plainly(const Warning *warning)
{
    PyObject *file = PySys_GetObject("stderr");
    if (file == NULL || file == Py_None) return;
    KR_AUTO PyObject *name = PyType_GetName((PyTypeObject *)warning->category);
    KR_AUTO PyObject *text = name == NULL ? NULL : PyUnicode_FromFormat(
            "%U:%d: %U: %U\n", warning->filename, warning->line, name, warning->text);
    if (text == NULL || PyFile_WriteObject(text, file, Py_PRINT_RAW) < 0) return;
    if (warning->source_line == NULL) {
        _Py_DisplaySourceLine(file, warning->filename, warning->line, 2, NULL, NULL);
        return;
    }
    KR_AUTO PyObject *stripped = PyObject_CallMethodNoArgs(warning->source_line, ID(strip));
    KR_AUTO PyObject *line = stripped == NULL ? NULL : PyUnicode_FromFormat("  %U\n", stripped);
    if (line != NULL) PyFile_WriteObject(line, file, Py_PRINT_RAW);
}

static int show(const Warning *warning)
{
    // A source has to be told where it was allocated, which the Python module knows.
    KR_AUTO PyObject *function = warnings_attribute(ID(_showwarnmsg), warning->source != NULL);
    if (function == NULL) {
        if (PyErr_Occurred()) return -1;
        show_plainly(warning);
        PyErr_Clear();
        return 0;
    }
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "warnings._showwarnmsg() must be set to a callable");
        return -1;
    }
    KR_AUTO PyObject *class = warnings_attribute(ID(WarningMessage), 0);
    if (class == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_RuntimeError, "unable to get warnings.WarningMessage");
        return -1;
    }
    KR_AUTO PyObject *message = PyObject_CallFunctionObjArgs(
            class, warning->message, warning->category, warning->filename, warning->line_object,
            Py_None, Py_None, warning->source == NULL ? Py_None : warning->source, NULL);
    KR_AUTO PyObject *result = message == NULL ? NULL : PyObject_CallOneArg(function, message);
    return result == NULL ? -1 : 0;
}

// ---- a warning with all its circumstances

// 1: not to be shown again, 0: to be shown, -1.
static int remember(const Warning *warning, PyObject *action, PyObject *item, PyObject *key)
{
    if (is_action(action, "always")) return 0;
    if (has_registry(warning) && PyDict_SetItem(warning->registry, key, Py_True) < 0) return -1;
    if (is_action(action, "once")) {
        if (has_registry(warning)) return was_text_seen(warning->registry, warning);
        PyObject *registry = current_setting(ID(onceregistry), &state()->warnings_once_registry);
        if (registry == NULL) return -1;
        if (!PyDict_Check(registry)) {
            PyErr_Format(PyExc_TypeError, "_warnings.onceregistry must be a dict, not '%.200s'",
                         Py_TYPE(registry)->tp_name);
            return -1;
        }
        return was_text_seen(registry, warning);
    }
    if (is_action(action, "module"))
        return has_registry(warning) ? was_text_seen(warning->registry, warning) : 0;
    if (is_action(action, "default")) return 0;
    PyErr_Format(PyExc_RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action,
                 item);
    return -1;
}

static int issue(Warning *warning)
{
    KR_AUTO PyObject *key = PyTuple_Pack(3, warning->text, warning->category,
                                         warning->line_object);
    if (key == NULL) return -1;
    if (has_registry(warning)) {
        int seen = was_seen(warning->registry, key, 0);
        if (seen != 0) return seen < 0 ? -1 : 0;
    }
    KR_AUTO PyObject *item = NULL;
    KR_AUTO PyObject *action = find_action(warning, &item);
    if (action == NULL) return -1;
    if (is_action(action, "error")) {
        PyErr_SetObject(warning->category, warning->message);
        return -1;
    }
    if (is_action(action, "ignore")) return 0;
    int done = remember(warning, action, item, key);
    return done != 0 ? (done < 0 ? -1 : 0) : show(warning);
}

// "package/module.py" → "package/module"
static PyObject *module_of(PyObject *filename)
{
    Py_ssize_t length = PyUnicode_GetLength(filename);
    if (length < 0) return NULL;
    if (length == 0) return PyUnicode_FromString("<unknown>");
    KR_AUTO PyObject *suffix = PyUnicode_FromString(".py");
    if (suffix == NULL) return NULL;
    int found = PyUnicode_Tailmatch(filename, suffix, 0, length, 1) > 0;
    return found ? PyUnicode_Substring(filename, 0, length - 3) : Py_NewRef(filename);
}

// [message]: an instance of Warning, or its text.
static int warn_explicit(PyObject *category, PyObject *message, Warning circumstances)
{
    Warning warning = circumstances;
    if (warning.registry != NULL && warning.registry != Py_None
        && !PyDict_Check(warning.registry)) {
        PyErr_SetString(PyExc_TypeError, "'registry' must be a dict or None");
        return -1;
    }
    int is_instance = PyObject_IsInstance(message, PyExc_Warning);
    if (is_instance < 0) return -1;
    KR_AUTO PyObject *module = warning.module == NULL ? module_of(warning.filename)
        : Py_NewRef(warning.module);
    KR_AUTO PyObject *text = is_instance ? PyObject_Str(message) : Py_NewRef(message);
    KR_AUTO PyObject *instance = is_instance ? Py_NewRef(message)
        : PyObject_CallOneArg(category, message);
    KR_AUTO PyObject *line = PyLong_FromLong(warning.line);
    if (module == NULL || text == NULL || instance == NULL || line == NULL) return -1;
    warning.module = module;
    warning.text = text;
    warning.message = instance;
    warning.category = is_instance ? (PyObject *)Py_TYPE(message) : category;
    warning.line_object = line;
    return issue(&warning);
}

// ---- the circumstances of the caller

static int contains_ascii(PyObject *text, const char *part)
{
    KR_AUTO PyObject *needle = PyUnicode_FromString(part);
    return needle != NULL && PyUnicode_Contains(text, needle) > 0;
}

static int is_import_frame(PyFrameObject *frame)
{
    KR_AUTO PyObject *code = (PyObject *)PyFrame_GetCode(frame);
    PyObject *filename = ((PyCodeObject *)code)->co_filename;
    return filename != NULL && PyUnicode_Check(filename) && contains_ascii(filename, "importlib")
           && contains_ascii(filename, "_bootstrap");
}

// STEALS [frame]; new reference to the next one outwards, past those of imports.
static PyFrameObject *next_outer_frame(PyFrameObject *frame)
{
    do {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    } while (frame != NULL && is_import_frame(frame));
    return frame;
}

static PyFrameObject *find_frame(Py_ssize_t level)
{
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef((PyObject *)PyEval_GetFrame());
    if (frame == NULL) return NULL;
    if (level <= 0 || is_import_frame(frame)) {
        while (--level > 0 && frame != NULL) {
            PyFrameObject *back = PyFrame_GetBack(frame);
            Py_DECREF(frame);
            frame = back;
        }
    } else {
        while (--level > 0 && frame != NULL) frame = next_outer_frame(frame);
    }
    return frame;
}

// Fills filename, line, module and registry of [ret_warning] with new references.
static int find_circumstances(Py_ssize_t level, Warning *ret_warning)
{
    KR_AUTO PyObject *frame = (PyObject *)find_frame(level);
    KR_AUTO PyObject *globals = NULL;
    if (frame == NULL) {
        globals = Py_XNewRef(state()->sysdict);
        ret_warning->filename = PyUnicode_FromString("sys");
        ret_warning->line = 1;
    } else {
        globals = PyFrame_GetGlobals((PyFrameObject *)frame);
        KR_AUTO PyObject *code = (PyObject *)PyFrame_GetCode((PyFrameObject *)frame);
        ret_warning->filename = Py_NewRef(((PyCodeObject *)code)->co_filename);
        ret_warning->line = PyFrame_GetLineNumber((PyFrameObject *)frame);
    }
    if (globals == NULL || ret_warning->filename == NULL) return -1;
    ret_warning->registry = Py_XNewRef(PyDict_GetItemWithError(globals, ID(__warningregistry__)));
    if (ret_warning->registry == NULL) {
        if (PyErr_Occurred()) return -1;
        ret_warning->registry = PyDict_New();
        if (ret_warning->registry == NULL
            || PyDict_SetItem(globals, ID(__warningregistry__), ret_warning->registry) < 0)
            return -1;
    }
    PyObject *name = PyDict_GetItemWithError(globals, ID(__name__));
    if (name == NULL && PyErr_Occurred()) return -1;
    ret_warning->module = name == Py_None || (name != NULL && PyUnicode_Check(name))
        ? Py_NewRef(name) : PyUnicode_FromString("<string>");
    return ret_warning->module == NULL ? -1 : 0;
}

static int warn(PyObject *category, PyObject *message, Py_ssize_t level, PyObject *source)
{
    Warning warning = {.source = source};
    int result = find_circumstances(level, &warning);
    if (result == 0) result = warn_explicit(category, message, warning);
    Py_XDECREF(warning.filename);
    Py_XDECREF(warning.module);
    Py_XDECREF(warning.registry);
    return result;
}

int kr_warnings_warn(PyObject *category, PyObject *message, Py_ssize_t stack_level,
                     PyObject *source)
{
    return kr_warnings_start() < 0 ? -1 : warn(category, message, stack_level, source);
}

int kr_warnings_warn_explicit(PyObject *category, PyObject *message, PyObject *filename, int line,
                              PyObject *module, PyObject *registry)
{
    if (kr_warnings_start() < 0) return -1;
    Warning warning = {.filename = filename, .line = line, .module = module, .registry = registry};
    return warn_explicit(category, message, warning);
}

// ---- the module

// New reference to the category that [message] and [category] (or None) mean.
static PyObject *find_category(PyObject *message, PyObject *category)
{
    int is_instance = PyObject_IsInstance(message, PyExc_Warning);
    if (is_instance < 0) return NULL;
    if (is_instance)
        category = (PyObject *)Py_TYPE(message);
    else if (category == NULL || category == Py_None)
        category = PyExc_UserWarning;
    int is_warning = PyObject_IsSubclass(category, PyExc_Warning);
    if (is_warning < 0 && !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
    if (is_warning > 0) return Py_NewRef(category);
    PyErr_Clear();
    return PyErr_Format(PyExc_TypeError, "category must be a Warning subclass, not '%s'",
                        Py_TYPE(category)->tp_name);
}

METHOD(warn, "module, message, category = None, stacklevel: ssize = 1, source = None",
       "Issue a warning, or maybe ignore it or raise an exception.")
static PyObject *warnings_warn(PyObject *module, PyObject *message, PyObject *category,
                               Py_ssize_t stacklevel, PyObject *source)
{
    KR_AUTO PyObject *class = find_category(message, category);
    if (class == NULL) return NULL;
    if (warn(class, message, stacklevel, source == Py_None ? NULL : source) < 0) return NULL;
    Py_RETURN_NONE;
}

// The line out of the source that the module's loader has; NULL when it has none, perhaps with an
// exception.
static PyObject *line_from_loader(PyObject *globals, int line)
{
    PyObject *loader = PyDict_GetItemWithError(globals, ID(__loader__));
    PyObject *name = loader == NULL ? NULL : PyDict_GetItemWithError(globals, ID(__name__));
    if (name == NULL) return NULL;
    KR_AUTO PyObject *get_source = NULL;
    if (_PyObject_LookupAttr(loader, ID(get_source), &get_source) <= 0) return NULL;
    KR_AUTO PyObject *source = PyObject_CallOneArg(get_source, name);
    if (source == NULL || source == Py_None) return NULL;
    KR_AUTO PyObject *lines = PyUnicode_Splitlines(source, 0);
    return lines == NULL ? NULL : PySequence_GetItem(lines, line - 1);
}

METHOD(warn_explicit, "module, message, category, filename: str, lineno: int, module: object = "
       "None, registry = None, module_globals = None, source = None",
       "Low-level interface to warnings functionality.")
static PyObject *warnings_warn_explicit(
        PyObject *module, PyObject *message, PyObject *category, PyObject *filename, int lineno,
        PyObject *module_name, PyObject *registry, PyObject *module_globals, PyObject *source)
{
    KR_AUTO PyObject *line = NULL;
    if (module_globals != Py_None) {
        if (!PyDict_Check(module_globals))
            return PyErr_Format(PyExc_TypeError, "module_globals must be a dict, not '%.200s'",
                                Py_TYPE(module_globals)->tp_name);
        line = line_from_loader(module_globals, lineno);
        if (line == NULL && PyErr_Occurred()) return NULL;
    }
    Warning warning = {.filename = filename, .line = lineno, .module = module_name == Py_None
                       ? NULL : module_name, .registry = registry == Py_None ? NULL : registry,
                       .source_line = line, .source = source == Py_None ? NULL : source};
    if (warn_explicit(category, message, warning) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(_filters_mutated, "module", NULL)
static PyObject *warnings__filters_mutated(PyObject *module)
{
    state()->warnings_filters_version++;
    Py_RETURN_NONE;
}

#include "modules/_warnings.methods.h"

static int warnings_exec(PyObject *module)
{
    if (kr_warnings_start() < 0) return -1;
    if (PyModule_AddObjectRef(module, "filters", state()->warnings_filters) < 0
        || PyModule_AddObjectRef(module, "_onceregistry", state()->warnings_once_registry) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "_defaultaction", state()->warnings_default_action);
}

static PyModuleDef_Slot warnings_slots[] = {{Py_mod_exec, warnings_exec}, {0, NULL}};

static PyModuleDef warnings_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_warnings",
    .m_doc = "_warnings provides basic warning filtering support.\n"
             "It is a helper module to speed up interpreter start-up.",
    .m_methods = warnings_methods,
    .m_slots = warnings_slots,
};

PyMODINIT_FUNC PyInit__warnings(void)
{
    return PyModuleDef_Init(&warnings_module);
}

PyObject *_PyWarnings_Init(void)
{
    return PyInit__warnings();
}
