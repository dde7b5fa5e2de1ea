// posix.c - the module posix: what the operating system offers.
#include "modules/posix/posix.h"

#include "Python.h"

static int posix_exec(PyObject *module)
{
    if (kr_posix_add_constants(module) < 0 || kr_posix_add_stat(module) < 0 ||
        kr_posix_add_descriptors(module) < 0 || kr_posix_add_links(module) < 0 ||
        kr_posix_add_folders(module) < 0 || kr_posix_add_identity(module) < 0 ||
        kr_posix_add_process(module) < 0 || kr_posix_add_system(module) < 0 ||
        kr_posix_add_environment(module) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "error", PyExc_OSError);
}

static PyModuleDef_Slot posix_slots[] = {{Py_mod_exec, posix_exec}, {0, NULL}};

static struct PyModuleDef posix_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "posix",
    .m_doc = "This module provides access to operating system functionality that is\nstandardized "
        "by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to "
        "the library manual and\n"
        "corresponding Unix manual entries for more information on calls.",
    .m_slots = posix_slots,
};

PyMODINIT_FUNC PyInit_posix(void)
{
    return PyModuleDef_Init(&posix_definition);
}
