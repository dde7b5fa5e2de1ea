// exceptions.h - the builtin exception types and the families of layouts they come in.
//
// One generic traverse, clear and dealloc serves all families: an exception's own references are
// the object members (T_OBJECT, T_OBJECT_EX) that its static types list in tp_members.
#ifndef KR_OBJECTS_ERRORS_EXCEPTIONS_H
#define KR_OBJECTS_ERRORS_EXCEPTIONS_H

#include "object.h"
#include "methodobject.h"
#include "descrobject.h"
#include "pyerrors.h"
#include "structmember.h"

typedef PyBaseExceptionObject kr_base_object;
typedef PySystemExitObject kr_system_exit_object;
typedef PyStopIterationObject kr_stop_iteration_object;
typedef PyAttributeErrorObject kr_attribute_error_object;
typedef PyImportErrorObject kr_import_error_object;
typedef PyBaseExceptionObject kr_key_error_object;
typedef PyNameErrorObject kr_name_error_object;
typedef PyOSErrorObject kr_os_error_object;
typedef PySyntaxErrorObject kr_syntax_error_object;
typedef PyUnicodeErrorObject kr_decode_error_object;
typedef PyUnicodeErrorObject kr_encode_error_object;
typedef PyUnicodeErrorObject kr_translate_error_object;
typedef PyBaseExceptionGroupObject kr_group_object;

// What the first type of a family brings; a NULL is inherited from its base.
typedef struct KrExceptionFamily {
    newfunc new;
    initproc init;
    reprfunc str;
    reprfunc repr;
    getattrofunc getattro;
    setattrofunc setattro;
    PyMethodDef *methods;
    PyMemberDef *members;
    PyGetSetDef *getset;
} KrExceptionFamily;

extern const KrExceptionFamily kr_base_family;              // base_exception.c
extern const KrExceptionFamily kr_system_exit_family;       // value_exceptions.c
extern const KrExceptionFamily kr_stop_iteration_family;
extern const KrExceptionFamily kr_attribute_error_family;
extern const KrExceptionFamily kr_import_error_family;
extern const KrExceptionFamily kr_key_error_family;
extern const KrExceptionFamily kr_name_error_family;
extern const KrExceptionFamily kr_os_error_family;          // os_error.c
extern const KrExceptionFamily kr_syntax_error_family;      // syntax_error.c
extern const KrExceptionFamily kr_decode_error_family;      // unicode_error.c
extern const KrExceptionFamily kr_encode_error_family;
extern const KrExceptionFamily kr_translate_error_family;
extern const KrExceptionFamily kr_group_family;             // exception_group.c

// Readies every type, makes ExceptionGroup and the reserve of MemoryErrors: 0 or -1.
int kr_exceptions_start(void);
// Adds every exception, EnvironmentError and IOError to the builtins' [dict]: 0 or -1.
int kr_exceptions_add_to(PyObject *dict);
// Releases what kr_exceptions_start made.
void kr_exceptions_finish(void);

// base_exception.c, for the families.
PyObject *kr_base_exception_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int kr_base_exception_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *kr_base_exception_str(PyObject *self);
int kr_exception_traverse(PyObject *self, visitproc visit, void *context);
int kr_exception_clear(PyObject *self);
void kr_exception_dealloc(PyObject *self);

// os_error.c: the subclass of OSError for errno [code] (borrowed), or NULL for OSError itself.
PyObject *kr_os_error_type_of(int code);

// exception_group.c: what `except*` and `raise` inside it need.
PyObject *_PyExc_CreateExceptionGroup(const char *message, PyObject *exceptions);
PyObject *_PyExc_PrepReraiseStar(PyObject *original, PyObject *raised);
#endif
