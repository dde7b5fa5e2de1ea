// module.c - the module _csv: dialects by name, readers, writers.
#include "modules/_csv/csv.h"

int kr_csv_text_add(KrCsvText *text, Py_UCS4 character)
{
    if (text->size == text->room) {
        Py_ssize_t room = text->room == 0 ? 256 : text->room * 2;
        Py_UCS4 *data = PyMem_Resize(text->data, Py_UCS4, room);
        if (data == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        text->data = data;
        text->room = room;
    }
    text->data[text->size++] = character;
    return 0;
}

METHOD(list_dialects, "module",
       "Return a list of all known dialect names.\n"
       "\n"
       "    names = csv.list_dialects()")
static PyObject *csv_list_dialects(PyObject *module)
{
    return PyDict_Keys(kr_csv_state(module)->dialects);
}

METHOD(register_dialect, "module, name, /, dialect: object = NULL, **fmtparams",
       "Create a mapping from a string name to a dialect class.\n"
       "    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])")
static PyObject *csv_register_dialect(PyObject *module, PyObject *name, PyObject *dialect,
                                      PyObject *settings)
{
    if (!PyUnicode_Check(name)) return kr_raise(PyExc_TypeError, "dialect name must be a string");
    KR_AUTO PyObject *made = kr_csv_dialect_for(module, dialect, settings);
    if (made == NULL || PyDict_SetItem(kr_csv_state(module)->dialects, name, made) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(unregister_dialect, "module, name",
       "Delete the name/dialect mapping associated with a string name.\n"
       "\n"
       "    csv.unregister_dialect(name)")
static PyObject *csv_unregister_dialect(PyObject *module, PyObject *name)
{
    if (PyDict_DelItem(kr_csv_state(module)->dialects, name) == 0) Py_RETURN_NONE;
    if (PyErr_ExceptionMatches(PyExc_KeyError))
        kr_raise(kr_csv_state(module)->error, "unknown dialect");
    return NULL;
}

METHOD(get_dialect, "module, name",
       "Return the dialect instance associated with name.\n"
       "\n"
       "    dialect = csv.get_dialect(name)")
static PyObject *csv_get_dialect(PyObject *module, PyObject *name)
{
    PyObject *found = PyDict_GetItemWithError(kr_csv_state(module)->dialects, name);
    if (found == NULL && !PyErr_Occurred())
        kr_raise(kr_csv_state(module)->error, "unknown dialect");
    return Py_XNewRef(found);
}

METHOD(field_size_limit, "module, new_limit: object = NULL",
       "Sets an upper limit on parsed fields.\n"
       "\n"
       "    csv.field_size_limit([limit])\n"
       "\n"
       "Returns old limit. If limit is not given, no new limit is set and\n"
       "the old limit is returned")
static PyObject *csv_field_size_limit(PyObject *module, PyObject *limit)
{
    long old = kr_csv_state(module)->field_limit;
    if (limit != NULL) {
        if (!PyLong_CheckExact(limit))
            return kr_raise(PyExc_TypeError, "limit must be an integer");
        long value = PyLong_AsLong(limit);
        if (value == -1 && PyErr_Occurred()) return NULL;
        kr_csv_state(module)->field_limit = value;
    }
    return PyLong_FromLong(old);
}

METHOD(reader, "module, iterable, /, dialect: object = NULL, **fmtparams",
       "    csv_reader = reader(iterable [, dialect='excel']\n"
       "                        [optional keyword args])\n"
       "    for row in csv_reader:\n"
       "        process(row)\n"
       "\n"
       "The \"iterable\" argument can be any object that returns a line\n"
       "of input for each iteration, such as a file object or a list.  The\n"
       "optional \"dialect\" parameter is discussed below.  The function\n"
       "also accepts optional keyword arguments which override settings\n"
       "provided by the dialect.\n"
       "\n"
       "The returned object is an iterator.  Each iteration returns a row\n"
       "of the CSV file (which can span multiple input lines).\n"
       "")
static PyObject *csv_reader(PyObject *module, PyObject *iterable, PyObject *dialect,
                            PyObject *settings)
{
    return kr_csv_reader_new(module, iterable, dialect, settings);
}

METHOD(writer, "module, fileobj, /, dialect: object = NULL, **fmtparams",
       "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
       "                            [optional keyword args])\n"
       "    for row in sequence:\n"
       "        csv_writer.writerow(row)\n"
       "\n"
       "    [or]\n"
       "\n"
       "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
       "                            [optional keyword args])\n"
       "    csv_writer.writerows(rows)\n"
       "\n"
       "The \"fileobj\" argument can be any object that supports the file API.\n"
       "")
static PyObject *csv_writer(PyObject *module, PyObject *file, PyObject *dialect,
                            PyObject *settings)
{
    return kr_csv_writer_new(module, file, dialect, settings);
}

#include "modules/_csv/module.methods.h"

static int execute(PyObject *module)
{
    KrCsvModule *state = kr_csv_state(module);
    state->field_limit = 128 * 1024;
    state->dialects = PyDict_New();
    state->error = PyErr_NewException("_csv.Error", PyExc_Exception, NULL);
    if (state->dialects == NULL || state->error == NULL) return -1;
    if (PyModule_AddObjectRef(module, "_dialects", state->dialects) < 0) return -1;
    if (PyModule_AddObjectRef(module, "Error", state->error) < 0) return -1;
    if (PyModule_AddStringConstant(module, "__version__", "1.0") < 0) return -1;
    if (PyModule_AddIntConstant(module, "QUOTE_MINIMAL", CSV_QUOTE_MINIMAL) < 0) return -1;
    if (PyModule_AddIntConstant(module, "QUOTE_ALL", CSV_QUOTE_ALL) < 0) return -1;
    if (PyModule_AddIntConstant(module, "QUOTE_NONNUMERIC", CSV_QUOTE_NONNUMERIC) < 0) return -1;
    if (PyModule_AddIntConstant(module, "QUOTE_NONE", CSV_QUOTE_NONE) < 0) return -1;
    if (PyType_Ready(&kr_csv_reader_type) < 0 || PyType_Ready(&kr_csv_writer_type) < 0) return -1;
    if (PyModule_AddObjectRef(module, "Reader", (PyObject *)&kr_csv_reader_type) < 0) return -1;
    if (PyModule_AddObjectRef(module, "Writer", (PyObject *)&kr_csv_writer_type) < 0) return -1;
    return PyModule_AddType(module, &kr_csv_dialect_type);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(kr_csv_state(module)->dialects);
    Py_VISIT(kr_csv_state(module)->error);
    return 0;
}

static int module_clear(PyObject *module)
{
    Py_CLEAR(kr_csv_state(module)->dialects);
    Py_CLEAR(kr_csv_state(module)->error);
    return 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_csv",
    .m_doc = "CSV parsing and writing.\n"
             "\n"
             "This module provides classes that assist in the reading and writing\n"
             "of Comma Separated Value (CSV) files, and implements the interface\n"
             "described by PEP 305.  Although many CSV files are simple to parse,\n"
             "the format is not formally defined by a stable specification and\n"
             "is subtle enough that parsing lines of a CSV file with something\n"
             "like line.split(\",\") is bound to fail.  The module supports three\n"
             "basic APIs: reading, writing, and registration of dialects.\n"
             "\n"
             "\n"
             "DIALECT REGISTRATION:\n"
             "\n"
             "Readers and writers support a dialect argument, which is a convenient\n"
             "handle on a group of settings.  When the dialect argument is a string,\n"
             "it identifies one of the dialects previously registered with the module.\n"
             "If it is a class or instance, the attributes of the argument are used as\n"
             "the settings for the reader or writer:\n"
             "\n"
             "    class excel:\n"
             "        delimiter = ','\n"
             "        quotechar = '\"'\n"
             "        escapechar = None\n"
             "        doublequote = True\n"
             "        skipinitialspace = False\n"
             "        lineterminator = '\\r\\n'\n"
             "        quoting = QUOTE_MINIMAL\n"
             "\n"
             "SETTINGS:\n"
             "\n"
             "    * quotechar - specifies a one-character string to use as the\n"
             "        quoting character.  It defaults to '\"'.\n"
             "    * delimiter - specifies a one-character string to use as the\n"
             "        field separator.  It defaults to ','.\n"
             "    * skipinitialspace - specifies how to interpret spaces which\n"
             "        immediately follow a delimiter.  It defaults to False, which\n"
             "        means that spaces immediately following a delimiter is part\n"
             "        of the following field.\n"
             "    * lineterminator -  specifies the character sequence which should\n"
             "        terminate rows.\n"
             "    * quoting - controls when quotes should be generated by the writer.\n"
             "        It can take on any of the following module constants:\n"
             "\n"
             "        csv.QUOTE_MINIMAL means only when required, for example, when a\n"
             "            field contains either the quotechar or the delimiter\n"
             "        csv.QUOTE_ALL means that quotes are always placed around fields.\n"
             "        csv.QUOTE_NONNUMERIC means that quotes are always placed around\n"
             "            fields which do not parse as integers or floating point\n"
             "            numbers.\n"
             "        csv.QUOTE_NONE means that quotes are never placed around fields.\n"
             "    * escapechar - specifies a one-character string used to escape\n"
             "        the delimiter when quoting is set to QUOTE_NONE.\n"
             "    * doublequote - controls the handling of quotes inside fields.  When\n"
             "        True, two consecutive quotes are interpreted as one during read,\n"
             "        and when writing, each quote character embedded in the data is\n"
             "        written as two quotes\n"
             "",
    .m_size = sizeof(KrCsvModule),
    .m_methods = csv_methods,
    .m_slots = slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__csv(void)
{
    return PyModuleDef_Init(&definition);
}
