// diagnostics.c - what debuggers and statistics of memory call.
#include "Python.h"

#include "internal/pycore_object.h"
#include "internal/pycore_pyarena.h"
#include "internal/pycore_pymem.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "syntax/ast_arena.h"

void _PyObject_Dump(PyObject *object)
{
    if (_PyObject_IsFreed(object)) {
        fprintf(stderr, "<object at %p is freed>\n", (void *)object);
        fflush(stderr);
        return;
    }
    fprintf(stderr, "object address  : %p\n", (void *)object);
    fprintf(stderr, "object refcount : %zd\n", Py_REFCNT(object));
    fflush(stderr);
    PyTypeObject *type = Py_TYPE(object);
    fprintf(stderr, "object type     : %p\n", (void *)type);
    fprintf(stderr, "object type name: %s\n", type == NULL ? "NULL" : type->tp_name);
    fprintf(stderr, "object repr     : ");
    fflush(stderr);
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *error_type, *error, *traceback;
    PyErr_Fetch(&error_type, &error, &traceback);
    (void)PyObject_Print(object, stderr, 0);
    fflush(stderr);
    PyErr_Restore(error_type, error, traceback);
    PyGILState_Release(state);
    fprintf(stderr, "\n");
    fflush(stderr);
}

int _PyObject_CheckConsistency(PyObject *object, int check_content)
{
    _PyObject_ASSERT(object, Py_REFCNT(object) >= 1);
    _PyObject_ASSERT(object, Py_TYPE(object) != NULL);
    if (PyUnicode_Check(object)) return _PyUnicode_CheckConsistency(object, check_content);
    if (PyDict_Check(object)) return _PyDict_CheckConsistency(object, check_content);
    return 1;
}

int _PyType_CheckConsistency(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_READY)) return 1;  // it is being made
    PyObject *object = (PyObject *)type;
    _PyObject_ASSERT(object, Py_REFCNT(object) >= 1);
    _PyObject_ASSERT(object, !(type->tp_flags & Py_TPFLAGS_READYING));
    _PyObject_ASSERT(object, type->tp_dict != NULL);
    return 1;
}

void _PyDebugAllocatorStats(FILE *out, const char *name, int count, size_t size)
{
    char left[128], right[128];
    PyOS_snprintf(left, sizeof left, "%d %ss * %zd bytes each", count, name, size);
    PyOS_snprintf(right, sizeof right, "%48s ", left);
    fprintf(out, "%s= %20zu\n", right, (size_t)count * size);
}

static const struct {
    int list;
    const char *name;
    size_t size;
} listed[] = {
    {KR_FREELIST_LIST, "free PyListObject", sizeof(PyListObject)},
    {KR_FREELIST_DICT, "free PyDictObject", sizeof(PyDictObject)},
    {KR_FREELIST_CONTEXT, "free PyContext", 64},
};

void _PyObject_DebugTypeStats(FILE *out)
{
    KrFreeList *lists = kr_interpreter_current()->freelists;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(listed); i++)
        _PyDebugAllocatorStats(out, listed[i].name, lists[listed[i].list].count, listed[i].size);
    for (int size = 1; size <= 20; size++) {
        char name[64];
        PyOS_snprintf(name, sizeof name, "free %d-sized PyTupleObject", size);
        _PyDebugAllocatorStats(out, name, lists[KR_FREELIST_TUPLE + size].count,
                               _PyObject_VAR_SIZE(&PyTuple_Type, size));
    }
}

// ---- arenas of syntax trees, under their exported names

PyArena *_PyArena_New(void)
{
    return (PyArena *)kr_ast_arena_new();
}

void _PyArena_Free(PyArena *arena)
{
    kr_ast_arena_free((KrAstArena *)arena);
}

void *_PyArena_Malloc(PyArena *arena, size_t size)
{
    return kr_ast_arena_allocate((KrAstArena *)arena, size);
}

int _PyArena_AddPyObject(PyArena *arena, PyObject *object)
{
    return kr_ast_arena_add_object((KrAstArena *)arena, object);
}
