// module.c - the module _socket: types, exceptions, constants, and the capsule that _ssl uses.
#include "modules/_socket/socket.h"

#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/qrtr.h>
#include <linux/rds.h>
#include <linux/tipc.h>
#include <linux/udp.h>
#include <net/ethernet.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "modules/_socket/state.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// Hangs from the interpreter.
typedef struct KrSocketState {
    _PyTime_t default_timeout;
    PyObject *gaierror, *herror;
    PySocketModule_APIObject api;
} KrSocketState;

static KrSocketState *state(void)
{
    return kr_interpreter_current()->socket;
}

_PyTime_t *kr_socket_default_timeout(void)
{
    return &state()->default_timeout;
}

PyObject *kr_socket_gaierror(void)
{
    return state()->gaierror;
}

PyObject *kr_socket_herror(void)
{
    return state()->herror;
}

static const struct {
    const char *name;
    unsigned long value;
} constants[] = {
#define CONSTANT(name) {#name, (unsigned long)(name)},
#define VALUE(name, value) {#name, value},
#include "modules/_socket/constants.def"
#undef CONSTANT
#undef VALUE
};

static int add_constants(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++) {
        // Some are masks of 32 bits, some are negative ints.
        if (PyModule_AddIntConstant(module, constants[i].name, (long)constants[i].value) < 0)
            return -1;
    }
    if (PyModule_AddStringConstant(module, "BDADDR_ANY", "00:00:00:00:00:00") < 0) return -1;
    return PyModule_AddStringConstant(module, "BDADDR_LOCAL", "00:00:00:FF:FF:FF");
}

// The methods of transfer.c join those of socket.c.
static int ready_type(void)
{
    if (kr_socket_type.tp_flags & Py_TPFLAGS_READY) return 0;
    if (PyType_Ready(&kr_socket_type) < 0) return -1;
    for (PyMethodDef *method = kr_socket_transfer_methods(); method->ml_name != NULL; method++) {
        KR_AUTO PyObject *descriptor = PyDescr_NewMethod(&kr_socket_type, method);
        if (descriptor == NULL
            || PyDict_SetItemString(kr_socket_type.tp_dict, method->ml_name, descriptor) < 0)
            return -1;
    }
    PyType_Modified(&kr_socket_type);
    return 0;
}

static int make_state(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->socket != NULL) return 0;
    KrSocketState *new_state = PyMem_RawCalloc(1, sizeof *new_state);
    if (new_state == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    new_state->default_timeout = -1;
    new_state->herror = PyErr_NewException("socket.herror", PyExc_OSError, NULL);
    new_state->gaierror = PyErr_NewException("socket.gaierror", PyExc_OSError, NULL);
    new_state->api = (PySocketModule_APIObject){&kr_socket_type, PyExc_OSError,
                                                PyExc_TimeoutError};
    interpreter->socket = new_state;
    return new_state->herror == NULL || new_state->gaierror == NULL ? -1 : 0;
}

static int socket_exec(PyObject *module)
{
    if (make_state() < 0 || ready_type() < 0 || add_constants(module) < 0) return -1;
    if (PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0
        || PyModule_AddObjectRef(module, "herror", state()->herror) < 0
        || PyModule_AddObjectRef(module, "gaierror", state()->gaierror) < 0
        || PyModule_AddObjectRef(module, "timeout", PyExc_TimeoutError) < 0
        || PyModule_AddObjectRef(module, "SocketType", (PyObject *)&kr_socket_type) < 0
        || PyModule_AddObjectRef(module, "socket", (PyObject *)&kr_socket_type) < 0
        || PyModule_AddObjectRef(module, "has_ipv6", Py_True) < 0
        || PyModule_AddFunctions(module, kr_socket_name_functions()) < 0)
        return -1;
    KR_AUTO PyObject *capsule = PyCapsule_New(&state()->api, "_socket.CAPI", NULL);
    return capsule == NULL ? -1 : PyModule_AddObjectRef(module, "CAPI", capsule);
}

static PyModuleDef_Slot socket_slots[] = {{Py_mod_exec, socket_exec}, {0, NULL}};

static PyModuleDef socket_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_socket",
    .m_doc = "Implementation module for socket operations.\n\nSee the socket module for "
        "documentation.",
    .m_slots = socket_slots,
};

PyMODINIT_FUNC PyInit__socket(void)
{
    return PyModuleDef_Init(&socket_module);
}
