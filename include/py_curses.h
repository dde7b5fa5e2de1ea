// py_curses.h - the C interface of the module _curses.
#ifndef Py_PY_CURSES_H
#define Py_PY_CURSES_H

#include <curses.h>
#include "Python.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PyCurses_API_pointers 4
#define PyCurses_CAPSULE_NAME "_curses._C_API"
#define PyCursesWindow_Type (*_PyType_CAST(PyCurses_API[0]))
#define PyCursesSetupTermCalled {if (! ((int (*)(void))PyCurses_API[1]) () ) return NULL;}
#define PyCursesInitialised {if (! ((int (*)(void))PyCurses_API[2]) () ) return NULL;}
#define PyCursesInitialisedColor {if (! ((int (*)(void))PyCurses_API[3]) () ) return NULL;}

typedef struct {
    PyObject ob_base;
    WINDOW *win;
    char *encoding;
} PyCursesWindowObject;

static void **PyCurses_API __attribute__((unused));

#define PyCursesWindow_Check(v) Py_IS_TYPE(v, &PyCursesWindow_Type)
#define import_curses() PyCurses_API = (void **)PyCapsule_Import(PyCurses_CAPSULE_NAME, 1);

#ifdef __cplusplus
}
#endif
#endif
