// freeze.c - compiles library modules into C tables, at build time.
#include "app/freeze.h"

#include "Python.h"

#include "app/lifecycle.h"
#include "internal/pycore_import.h"
#include "marshal.h"
#include "runtime/hooks.h"
#include "runtime/owned.h"

// The table that a module is in.
enum { BOOTSTRAP, LIBRARY, TEST };

// A module: the file of the library with its source, or the source itself (path NULL).
typedef struct FrozenRow {
    const char *name, *path;
    int is_package, table;
    const char *source;
} FrozenRow;

// What an interpreter needs before it can read files, what every start imports, and what the tests of importlib use.
static const FrozenRow rows[] = {
    {"importlib._bootstrap", "importlib/_bootstrap.py", 0, BOOTSTRAP, NULL},
    {"importlib._bootstrap_external", "importlib/_bootstrap_external.py", 0, BOOTSTRAP, NULL},
    {"zipimport", "zipimport.py", 0, BOOTSTRAP, NULL},
    {"abc", "abc.py", 0, LIBRARY, NULL},
    {"codecs", "codecs.py", 0, LIBRARY, NULL},
    {"io", "io.py", 0, LIBRARY, NULL},
    {"_collections_abc", "_collections_abc.py", 0, LIBRARY, NULL},
    {"_sitebuiltins", "_sitebuiltins.py", 0, LIBRARY, NULL},
    {"genericpath", "genericpath.py", 0, LIBRARY, NULL},
    {"ntpath", "ntpath.py", 0, LIBRARY, NULL},
    {"posixpath", "posixpath.py", 0, LIBRARY, NULL},
    {"os.path", "posixpath.py", 0, LIBRARY, NULL},
    {"os", "os.py", 0, LIBRARY, NULL},
    {"site", "site.py", 0, LIBRARY, NULL},
    {"stat", "stat.py", 0, LIBRARY, NULL},
    {"importlib.util", "importlib/util.py", 0, LIBRARY, NULL},
    {"importlib.machinery", "importlib/machinery.py", 0, LIBRARY, NULL},
    {"runpy", "runpy.py", 0, LIBRARY, NULL},
    {"__hello__", "__hello__.py", 0, TEST, NULL},
    {"__hello_alias__", "__hello__.py", 0, TEST, NULL},
    {"__phello_alias__", "__hello__.py", 1, TEST, NULL},
    {"__phello_alias__.spam", "__hello__.py", 0, TEST, NULL},
    {"__phello__", "__phello__/__init__.py", 1, TEST, NULL},
    {"__phello__.__init__", "__phello__/__init__.py", 0, TEST, NULL},
    {"__phello__.ham", NULL, 1, TEST, ""},
    {"__phello__.ham.__init__", NULL, 0, TEST, ""},
    {"__phello__.ham.eggs", NULL, 0, TEST, ""},
    {"__phello__.spam", "__phello__/spam.py", 0, TEST, NULL},
    {"__hello_only__", NULL, 0, TEST, "initialized = True\nprint('Hello world!')\n"},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

void kr_freeze_set_tables(void)
{
    _PyImport_FrozenBootstrap = kr_frozen_bootstrap;
    _PyImport_FrozenStdlib = kr_frozen_library;
    _PyImport_FrozenTest = kr_frozen_test;
}

// --- at build time ------------------------------------------------------------------------------

// New bytes: what the file of a module contains.
static PyObject *read_source(const FrozenRow *row, const char *folder)
{
    if (row->path == NULL) return PyBytes_FromString(row->source);
    KR_AUTO PyObject *path = PyUnicode_FromFormat("%s/%s", folder, row->path);
    FILE *file = path == NULL ? NULL : fopen(PyUnicode_AsUTF8(path), "rb");
    if (file == NULL) return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    PyObject *source = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        source = PyBytes_FromStringAndSize(NULL, size);
        if (source != NULL && fread(PyBytes_AS_STRING(source), 1, (size_t)size, file) != (size_t)size)
            Py_CLEAR(source);
    }
    fclose(file);
    return source;
}

// The name in the code: that of the module whose source it is.
static const char *origin_of(const FrozenRow *row)
{
    if (strncmp(row->name, "__hello_alias", 13) == 0 || strncmp(row->name, "__phello_alias", 14) == 0) return "__hello__";
    if (strcmp(row->name, "__phello__.__init__") == 0) return "__phello__";
    if (strcmp(row->name, "__phello__.ham.__init__") == 0) return "__phello__.ham";
    if (strcmp(row->name, "__hello_only__") == 0) return "frozen_only";
    return strcmp(row->name, "os.path") == 0 ? "posixpath" : row->name;
}

// New bytes: the marshalled code of a module.
static PyObject *marshalled(const FrozenRow *row, const char *folder)
{
    KR_AUTO PyObject *source = read_source(row, folder);
    KR_AUTO PyObject *filename = PyUnicode_FromFormat("<frozen %s>", origin_of(row));
    if (source == NULL || filename == NULL) return NULL;
    KR_AUTO PyObject *code = kr_hooks.compile(source, filename, "exec", 0, 0, PY_MINOR_VERSION);
    return code == NULL ? NULL : PyMarshal_WriteObjectToString(code, Py_MARSHAL_VERSION);
}

static void write_bytes(FILE *out, size_t row, PyObject *bytes)
{
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(bytes);
    fprintf(out, "static const unsigned char code_%zu[] = {", row);
    for (Py_ssize_t i = 0; i < PyBytes_GET_SIZE(bytes); i++)
        fprintf(out, "%s%d,", i % 24 == 0 ? "\n" : "", data[i]);
    fprintf(out, "\n};\n\n");
}

static void write_table(FILE *out, const char *name, int table)
{
    fprintf(out, "const struct _frozen %s[] = {\n", name);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].table != table) continue;
        const char *shown = i == 0 ? "_frozen_importlib" : i == 1 ? "_frozen_importlib_external" : rows[i].name;
        fprintf(out, "    {\"%s\", code_%zu, sizeof code_%zu, %d, NULL},\n", shown, i, i, rows[i].is_package);
    }
    fprintf(out, "    {NULL, NULL, 0, 0, NULL},\n};\n");
}

static int write_modules(const char *folder, const char *target)
{
    FILE *out = fopen(target, "w");
    if (out == NULL) return -1;
    fprintf(out, "// Library modules, compiled by Krait itself.\n#include \"app/freeze.h\"\n\n#include <stddef.h>\n\n");
    int result = 0;
    for (size_t i = 0; i < ROW_COUNT && result == 0; i++) {
        KR_AUTO PyObject *bytes = marshalled(&rows[i], folder);
        if (bytes == NULL) result = -1;
        else write_bytes(out, i, bytes);
    }
    write_table(out, "kr_frozen_bootstrap", BOOTSTRAP);
    write_table(out, "kr_frozen_library", LIBRARY);
    write_table(out, "kr_frozen_test", TEST);
    if (fclose(out) != 0) result = -1;
    if (result < 0) remove(target);
    return result;
}

int kr_freeze_main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: %s LIBRARY OUT.c\n", arguments[0]);
        return 2;
    }
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyStatus status = kr_lifecycle_start_core(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
    if (write_modules(arguments[1], arguments[2]) == 0) return 0;
    kr_lifecycle_print_early();
    return 1;
}
