// errno.c - the system's error numbers by name, and their names by number.
#include <errno.h>

#include "Python.h"
#include "runtime/owned.h"

#define NAME(name) {#name, name},
static const struct {
    const char *name;
    int value;
} error_names[] = {
    NAME(E2BIG) NAME(EACCES) NAME(EADDRINUSE) NAME(EADDRNOTAVAIL) NAME(EADV) NAME(EAFNOSUPPORT)
    NAME(EAGAIN) NAME(EALREADY) NAME(EBADE) NAME(EBADF) NAME(EBADFD) NAME(EBADMSG) NAME(EBADR)
    NAME(EBADRQC) NAME(EBADSLT) NAME(EBFONT) NAME(EBUSY) NAME(ECANCELED) NAME(ECHILD) NAME(ECHRNG)
    NAME(ECOMM) NAME(ECONNABORTED) NAME(ECONNREFUSED) NAME(ECONNRESET) NAME(EDEADLK)
    NAME(EDEADLOCK) NAME(EDESTADDRREQ) NAME(EDOM) NAME(EDOTDOT) NAME(EDQUOT) NAME(EEXIST)
    NAME(EFAULT) NAME(EFBIG) NAME(EHOSTDOWN) NAME(EHOSTUNREACH) NAME(EIDRM) NAME(EILSEQ)
    NAME(EINPROGRESS) NAME(EINTR) NAME(EINVAL) NAME(EIO) NAME(EISCONN) NAME(EISDIR) NAME(EISNAM)
    NAME(EKEYEXPIRED) NAME(EKEYREJECTED) NAME(EKEYREVOKED) NAME(EL2HLT) NAME(EL2NSYNC) NAME(EL3HLT)
    NAME(EL3RST) NAME(ELIBACC) NAME(ELIBBAD) NAME(ELIBEXEC) NAME(ELIBMAX) NAME(ELIBSCN)
    NAME(ELNRNG) NAME(ELOOP) NAME(EMEDIUMTYPE) NAME(EMFILE) NAME(EMLINK) NAME(EMSGSIZE)
    NAME(EMULTIHOP) NAME(ENAMETOOLONG) NAME(ENAVAIL) NAME(ENETDOWN) NAME(ENETRESET)
    NAME(ENETUNREACH) NAME(ENFILE) NAME(ENOANO) NAME(ENOBUFS) NAME(ENOCSI) NAME(ENODATA)
    NAME(ENODEV) NAME(ENOENT) NAME(ENOEXEC) NAME(ENOKEY) NAME(ENOLCK) NAME(ENOLINK) NAME(ENOMEDIUM)
    NAME(ENOMEM) NAME(ENOMSG) NAME(ENONET) NAME(ENOPKG) NAME(ENOPROTOOPT) NAME(ENOSPC) NAME(ENOSR)
    NAME(ENOSTR) NAME(ENOSYS) NAME(ENOTBLK) NAME(ENOTCONN) NAME(ENOTDIR) NAME(ENOTEMPTY)
    NAME(ENOTNAM) NAME(ENOTRECOVERABLE) NAME(ENOTSOCK) NAME(ENOTSUP) NAME(ENOTTY) NAME(ENOTUNIQ)
    NAME(ENXIO) NAME(EOPNOTSUPP) NAME(EOVERFLOW) NAME(EOWNERDEAD) NAME(EPERM) NAME(EPFNOSUPPORT)
    NAME(EPIPE) NAME(EPROTO) NAME(EPROTONOSUPPORT) NAME(EPROTOTYPE) NAME(ERANGE) NAME(EREMCHG)
    NAME(EREMOTE) NAME(EREMOTEIO) NAME(ERESTART) NAME(ERFKILL) NAME(EROFS) NAME(ESHUTDOWN)
    NAME(ESOCKTNOSUPPORT) NAME(ESPIPE) NAME(ESRCH) NAME(ESRMNT) NAME(ESTALE) NAME(ESTRPIPE)
    NAME(ETIME) NAME(ETIMEDOUT) NAME(ETOOMANYREFS) NAME(ETXTBSY) NAME(EUCLEAN) NAME(EUNATCH)
    NAME(EUSERS) NAME(EWOULDBLOCK) NAME(EXDEV) NAME(EXFULL)
};
#undef NAME

// Aliases that errorcode shows: the last name given to a number.
static const char *const shown_last[] = {"EAGAIN", "ENOTSUP"};

static int add_name(PyObject *module, PyObject *codes, const char *name, int value)
{
    KR_AUTO PyObject *number = PyLong_FromLong(value);
    KR_AUTO PyObject *text = number ? PyUnicode_InternFromString(name) : NULL;
    if (text == NULL || PyModule_AddObjectRef(module, name, number) < 0) return -1;
    return PyDict_SetItem(codes, number, text);
}

static int errno_exec(PyObject *module)
{
    KR_AUTO PyObject *codes = PyDict_New();
    if (codes == NULL || PyModule_AddObjectRef(module, "errorcode", codes) < 0) return -1;
    for (size_t i = 0; i < sizeof error_names / sizeof *error_names; i++)
        if (add_name(module, codes, error_names[i].name, error_names[i].value) < 0) return -1;
    for (size_t i = 0; i < sizeof shown_last / sizeof *shown_last; i++) {
        KR_AUTO PyObject *number = PyObject_GetAttrString(module, shown_last[i]);
        KR_AUTO PyObject *text = number ? PyUnicode_InternFromString(shown_last[i]) : NULL;
        if (text == NULL || PyDict_SetItem(codes, number, text) < 0) return -1;
    }
    return 0;
}

static PyModuleDef_Slot errno_slots[] = {
    {Py_mod_exec, errno_exec},
    {0, NULL},
};

static struct PyModuleDef errno_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "errno",
    .m_doc = "This module makes available standard errno system symbols.\n\n"
             "The value of each symbol is the corresponding integer value,\n"
             "e.g., on most systems, errno.ENOENT equals the integer 2.\n\n"
             "The dictionary errno.errorcode maps numeric codes to symbol names,\n"
             "e.g., errno.errorcode[2] could be the string 'ENOENT'.\n\n"
             "Symbols that are not relevant to the underlying system are not defined.\n\n"
             "To map error codes to error messages, use the function os.strerror(),\n"
             "e.g. os.strerror(2) could return 'No such file or directory'.",
    .m_slots = errno_slots,
};

PyMODINIT_FUNC PyInit_errno(void)
{
    return PyModuleDef_Init(&errno_definition);
}
