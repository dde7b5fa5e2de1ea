// gc.c - the module gc: the cycle collector, as programs see it.
#include "modules/gc.h"

#include "Python.h"

#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/gc.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

enum { DEBUG_LEAK = KR_GC_DEBUG_COLLECTABLE | KR_GC_DEBUG_UNCOLLECTABLE | KR_GC_DEBUG_SAVEALL };

static KrCollector *collector(void)
{
    return &kr_interpreter_current()->gc;
}

METHOD(enable, "module", "Enable automatic garbage collection.")
static PyObject *gc_enable(PyObject *module)
{
    PyGC_Enable();
    Py_RETURN_NONE;
}

METHOD(disable, "module", "Disable automatic garbage collection.")
static PyObject *gc_disable(PyObject *module)
{
    PyGC_Disable();
    Py_RETURN_NONE;
}

METHOD(isenabled, "module", "Returns true if automatic garbage collection is enabled.")
static PyObject *gc_isenabled(PyObject *module)
{
    return PyBool_FromLong(PyGC_IsEnabled());
}

METHOD(collect, "module, generation: int = 2",
       "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional "
       "argument\n"
       "may be an integer specifying which generation to collect.  A ValueError\n"
       "is raised if the generation number is invalid.\n\nThe number of unreachable objects is "
       "returned.")
static PyObject *gc_collect(PyObject *module, int generation)
{
    if (generation < 0 || generation >= KR_GC_GENERATIONS) {
        PyErr_SetString(PyExc_ValueError, "invalid generation");
        return NULL;
    }
    return PyLong_FromSsize_t(kr_gc_collect(kr_thread_current(), generation));
}

METHOD(set_debug, "module, flags: int, /",
       "Set the garbage collection debugging flags.\n\n  flags\n"
       "    An integer that can have the following bits turned on:\n"
       "      DEBUG_STATS - Print statistics during collection.\n"
       "      DEBUG_COLLECTABLE - Print collectable objects found.\n"
       "      DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects\n        found.\n"
       "      DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.\n"
       "      DEBUG_LEAK - Debug leaking programs (everything but STATS).\n\n"
       "Debugging information is written to sys.stderr.")
static PyObject *gc_set_debug(PyObject *module, int flags)
{
    collector()->debug = flags;
    Py_RETURN_NONE;
}

METHOD(get_debug, "module", "Get the garbage collection debugging flags.")
static PyObject *gc_get_debug(PyObject *module)
{
    return PyLong_FromLong(collector()->debug);
}

METHOD(set_threshold, "module, *args",
       "set_threshold(threshold0, [threshold1, threshold2]) -> None\n\n"
       "Sets the collection thresholds.  Setting threshold0 to zero disables\ncollection.\n")
static PyObject *gc_set_threshold(PyObject *module, PyObject *args)
{
    int values[KR_GC_GENERATIONS], *end = values;
    for (int i = 0; i < KR_GC_GENERATIONS; i++) values[i] = collector()->generations[i].threshold;
    if (!PyArg_ParseTuple(args, "i|ii:set_threshold", end, end + 1, end + 2)) return NULL;
    // The oldest generations take over the last threshold that is given.
    for (int i = 0; i < KR_GC_GENERATIONS; i++) kr_gc_set_threshold(collector(), i, values[i]);
    Py_RETURN_NONE;
}

static PyObject *three(int first, int second, int third)
{
    return Py_BuildValue("(iii)", first, second, third);
}

METHOD(get_threshold, "module", "Return the current the collection thresholds.")
static PyObject *gc_get_threshold(PyObject *module)
{
    KrGcGeneration *generations = collector()->generations;
    return three(generations[0].threshold, generations[1].threshold, generations[2].threshold);
}

METHOD(get_count, "module", "Return a three-tuple of the current collection counts.")
static PyObject *gc_get_count(PyObject *module)
{
    KrGcGeneration *generations = collector()->generations;
    return three(generations[0].count, generations[1].count, generations[2].count);
}

METHOD(get_stats, "module", "Return a list of dictionaries containing per-generation statistics.")
static PyObject *gc_get_stats(PyObject *module)
{
    KR_AUTO PyObject *result = PyList_New(0);
    for (int i = 0; result != NULL && i < KR_GC_GENERATIONS; i++) {
        KrGcGeneration *generation = &collector()->generations[i];
        KR_AUTO PyObject *dict = Py_BuildValue("{snsnsn}", "collections", generation->collections,
                                               "collected", generation->collected, "uncollectable",
                                               generation->uncollectable);
        if (dict == NULL || PyList_Append(result, dict) < 0) return NULL;
    }
    return kr_take(result);
}

// ---- looking at objects

typedef struct {
    PyObject *result;       // list
    PyObject *targets;      // tuple, or NULL
} Search;

static int visit_any(PyObject *object, void *data)
{
    Search *search = data;
    return object == search->result ? 0 : PyList_Append(search->result, object);
}

static int visit_referrer(PyObject *object, void *data)
{
    Search *search = data;
    if (object == search->result || object == search->targets) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(search->targets); i++)
        if (kr_gc_refers_to(object, PyTuple_GET_ITEM(search->targets, i)))
            return PyList_Append(search->result, object);
    return 0;
}

static PyObject *search_objects(int generation, int (*visit)(PyObject *, void *),
                                PyObject *targets)
{
    Search search = {PyList_New(0), targets};
    if (search.result == NULL) return NULL;
    if (kr_gc_visit_all(collector(), generation, visit, &search) == 0) return search.result;
    Py_DECREF(search.result);
    return NULL;
}

METHOD(get_objects, "module, generation = None",
       "Return a list of objects tracked by the collector (excluding the list returned).\n\n  "
       "generation\n"
       "    Generation to extract the objects from.\n\n"
       "If generation is not None, return only the objects tracked by the collector\n"
       "that are in that generation.")
static PyObject *gc_get_objects(PyObject *module, PyObject *generation)
{
    Py_ssize_t number = -1;
    if (generation != Py_None) {
        number = PyNumber_AsSsize_t(generation, PyExc_OverflowError);
        if (number == -1 && PyErr_Occurred()) return NULL;
    }
    if (PySys_Audit("gc.get_objects", "n", number) < 0) return NULL;
    if (number >= KR_GC_GENERATIONS)
        return PyErr_Format(PyExc_ValueError, "generation parameter must be less than the number "
                            "of available generations (%i)", KR_GC_GENERATIONS);
    if (generation != Py_None && number < 0) {
        PyErr_SetString(PyExc_ValueError, "generation parameter cannot be negative");
        return NULL;
    }
    return search_objects((int)number, visit_any, NULL);
}

METHOD(get_referrers, "module, *objs",
       "get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of "
       "objs.")
static PyObject *gc_get_referrers(PyObject *module, PyObject *objs)
{
    if (PySys_Audit("gc.get_referrers", "(O)", objs) < 0) return NULL;
    return search_objects(-1, visit_referrer, objs);
}

static int visit_append(PyObject *object, void *list)
{
    return PyList_Append(list, object) < 0;
}

METHOD(get_referents, "module, *objs",
       "get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by "
       "objs.")
static PyObject *gc_get_referents(PyObject *module, PyObject *objs)
{
    if (PySys_Audit("gc.get_referents", "(O)", objs) < 0) return NULL;
    KR_AUTO PyObject *result = PyList_New(0);
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(objs); i++) {
        PyObject *object = PyTuple_GET_ITEM(objs, i);
        if (!kr_gc_has_head(object)) continue;
        traverseproc traverse = Py_TYPE(object)->tp_traverse;
        if (traverse != NULL && traverse(object, visit_append, result)) return NULL;
    }
    return kr_take(result);
}

METHOD(is_tracked, "module, obj, /",
       "Returns true if the object is tracked by the garbage collector.\n\n"
       "Simple atomic objects will return false.")
static PyObject *gc_is_tracked(PyObject *module, PyObject *obj)
{
    return PyBool_FromLong(PyObject_GC_IsTracked(obj));
}

METHOD(is_finalized, "module, obj, /",
       "Returns true if the object has been already finalized by the GC.")
static PyObject *gc_is_finalized(PyObject *module, PyObject *obj)
{
    return PyBool_FromLong(PyObject_GC_IsFinalized(obj));
}

METHOD(freeze, "module",
       "Freeze all current tracked objects and ignore them for future collections.\n\n"
       "This can be used before a POSIX fork() call to make the gc copy-on-write friendly.\n"
       "Note: collection before a POSIX fork() call may free pages for future allocation\n"
       "which can cause copy-on-write.")
static PyObject *gc_freeze(PyObject *module)
{
    kr_gc_freeze(collector());
    Py_RETURN_NONE;
}

METHOD(unfreeze, "module",
       "Unfreeze all objects in the permanent generation.\n\n"
       "Put all objects in the permanent generation back into oldest generation.")
static PyObject *gc_unfreeze(PyObject *module)
{
    kr_gc_unfreeze(collector());
    Py_RETURN_NONE;
}

METHOD(get_freeze_count, "module", "Return the number of objects in the permanent generation.")
static PyObject *gc_get_freeze_count(PyObject *module)
{
    return PyLong_FromSsize_t(kr_gc_freeze_count(collector()));
}

#include "modules/gc.methods.h"

// ---- what the collector calls

static void report(const char *phase, const KrGcReport *numbers)
{
    PyObject *callbacks = collector()->callbacks;
    if (callbacks == NULL || PyList_GET_SIZE(callbacks) == 0) return;
    KR_AUTO PyObject *information = Py_BuildValue("{sisnsn}", "generation", numbers->generation,
                                                  "collected", numbers->collected, "uncollectable",
                                                  numbers->uncollectable);
    KR_AUTO PyObject *name = information == NULL ? NULL : PyUnicode_FromString(phase);
    if (name == NULL) {
        PyErr_WriteUnraisable(NULL);
        return;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks); i++) {
        KR_AUTO PyObject *callback = Py_NewRef(PyList_GET_ITEM(callbacks, i));
        KR_AUTO PyObject *result = PyObject_CallFunctionObjArgs(callback, name, information, NULL);
        if (result == NULL) PyErr_WriteUnraisable(callback);
    }
}

static void keep_garbage(PyObject *object)
{
    KrCollector *gc = collector();
    if (gc->garbage == NULL || PyList_Append(gc->garbage, object) < 0) PyErr_Clear();
}

static int gc_exec(PyObject *module)
{
    KrCollector *gc = collector();
    if (gc->garbage == NULL && (gc->garbage = PyList_New(0)) == NULL) return -1;
    if (gc->callbacks == NULL && (gc->callbacks = PyList_New(0)) == NULL) return -1;
    gc->report = report;
    gc->keep_garbage = keep_garbage;
    if (PyModule_AddObjectRef(module, "garbage", gc->garbage) < 0
        || PyModule_AddObjectRef(module, "callbacks", gc->callbacks) < 0
        || PyModule_AddIntConstant(module, "DEBUG_STATS", KR_GC_DEBUG_STATS) < 0
        || PyModule_AddIntConstant(module, "DEBUG_COLLECTABLE", KR_GC_DEBUG_COLLECTABLE) < 0
        || PyModule_AddIntConstant(module, "DEBUG_UNCOLLECTABLE", KR_GC_DEBUG_UNCOLLECTABLE) < 0
        || PyModule_AddIntConstant(module, "DEBUG_SAVEALL", KR_GC_DEBUG_SAVEALL) < 0)
        return -1;
    return PyModule_AddIntConstant(module, "DEBUG_LEAK", DEBUG_LEAK);
}

void kr_gc_report_at_shutdown(void)
{
    KrCollector *gc = collector();
    if ((gc->debug & KR_GC_DEBUG_SAVEALL) || gc->garbage == NULL
        || PyList_GET_SIZE(gc->garbage) == 0)
        return;
    const char *text = gc->debug & KR_GC_DEBUG_UNCOLLECTABLE
                           ? "gc: %zd uncollectable objects at shutdown"
                           : "gc: %zd uncollectable objects at shutdown; "
                             "use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them";
    if (PyErr_WarnExplicitFormat(PyExc_ResourceWarning, "gc", 0, "gc", NULL, text,
                                 PyList_GET_SIZE(gc->garbage)) < 0)
        PyErr_WriteUnraisable(NULL);
    if (!(gc->debug & KR_GC_DEBUG_UNCOLLECTABLE)) return;
    KR_AUTO PyObject *list = PyObject_Repr(gc->garbage);
    if (list == NULL)
        PyErr_WriteUnraisable(gc->garbage);
    else
        PySys_FormatStderr("      %U\n", list);
}

static PyModuleDef_Slot gc_slots[] = {{Py_mod_exec, gc_exec}, {0, NULL}};

static PyModuleDef gc_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "gc",
    .m_doc = "This module provides access to the garbage collector for reference cycles.\n\n"
             "enable() -- Enable automatic garbage collection.\n"
             "disable() -- Disable automatic garbage collection.\n"
             "isenabled() -- Returns true if automatic collection is enabled.\n"
             "collect() -- Do a full collection right now.\n"
             "get_count() -- Return the current collection counts.\n"
             "get_stats() -- Return list of dictionaries containing per-generation stats.\n"
             "set_debug() -- Set debugging flags.\n"
             "get_debug() -- Get debugging flags.\n"
             "set_threshold() -- Set the collection thresholds.\n"
             "get_threshold() -- Return the current the collection thresholds.\n"
             "get_objects() -- Return a list of all objects tracked by the collector.\n"
             "is_tracked() -- Returns true if a given object is tracked.\n"
             "is_finalized() -- Returns true if a given object has been already finalized.\n"
             "get_referrers() -- Return the list of objects that refer to an object.\n"
             "get_referents() -- Return the list of objects that an object refers to.\n"
             "freeze() -- Freeze all tracked objects and ignore them for future collections.\n"
             "unfreeze() -- Unfreeze all objects in the permanent generation.\n"
             "get_freeze_count() -- Return the number of objects in the permanent generation.\n",
    .m_methods = gc_methods,
    .m_slots = gc_slots,
};

PyMODINIT_FUNC PyInit_gc(void)
{
    return PyModuleDef_Init(&gc_module);
}
