// wait.c - sets of signals as Python objects, and what waiting for one gives.
#include "modules/_signal/signal.h"

#include "abstract.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "structseq.h"

static int read_number(PyObject *object)
{
    int overflow;
    long number = PyLong_AsLongAndOverflow(object, &overflow);
    if (number == -1 && PyErr_Occurred()) return -1;
    if (overflow != 0 || number < 1 || number >= KR_SIGNALS)
        return kr_raise_int(PyExc_ValueError, "signal number %ld out of range [1; %d]",
                            overflow != 0 ? (long)overflow * LONG_MAX : number, KR_SIGNALS - 1);
    return (int)number;
}

int kr_signal_read_set(PyObject *iterable, sigset_t *ret_set)
{
    sigemptyset(ret_set);
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? -1 : 0;
        int number = read_number(item);
        if (number < 0) return -1;
        // The library's own real-time signals cannot be added: that is no error.
        (void)sigaddset(ret_set, number);
    }
}

PyObject *kr_signal_set_as_object(const sigset_t *set)
{
    KR_AUTO PyObject *result = PySet_New(NULL);
    for (int number = 1; result != NULL && number < KR_SIGNALS; number++) {
        if (sigismember(set, number) != 1) continue;
        KR_AUTO PyObject *item = PyLong_FromLong(number);
        if (item == NULL || PySet_Add(result, item) < 0) return NULL;
    }
    return kr_take(result);
}

static PyStructSequence_Field info_fields[] = {
    {"si_signo", "signal number"},
    {"si_code", "signal code"},
    {"si_errno", "errno associated with this signal"},
    {"si_pid", "sending process ID"},
    {"si_uid", "real user ID of sending process"},
    {"si_status", "exit value or signal"},
    {"si_band", "band event for SIGPOLL"},
    {NULL, NULL}
};

static PyStructSequence_Desc info_description = {
    "signal.struct_siginfo",
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\n"
    "This object may be accessed either as a tuple of\n"
    "(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\n"
    "or via the attributes si_signo, si_code, and so on.",
    info_fields, 7,
};

PyTypeObject kr_signal_info_type;

int kr_signal_info_start(void)
{
    if (kr_signal_info_type.tp_name != NULL) return 0;
    return PyStructSequence_InitType2(&kr_signal_info_type, &info_description);
}

PyObject *kr_signal_info_as_object(const siginfo_t *info)
{
    KR_AUTO PyObject *result = PyStructSequence_New(&kr_signal_info_type);
    if (result == NULL) return NULL;
    long values[7] = {info->si_signo, info->si_code, info->si_errno, info->si_pid,
                      (long)info->si_uid, info->si_status, info->si_band};
    for (int i = 0; i < 7; i++) {
        PyObject *value = PyLong_FromLong(values[i]);
        if (value == NULL) return NULL;
        PyStructSequence_SetItem(result, i, value);
    }
    return kr_take(result);
}
