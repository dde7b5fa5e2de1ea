// suggestions.h - "Did you mean: …?"
#ifndef KR_CAPI_SUGGESTIONS_H
#define KR_CAPI_SUGGESTIONS_H

#include "Python.h"

// New str, the name that was likely meant where an AttributeError or NameError arose; NULL for
// none.  An exception may be pending afterwards; the caller clears it.
PyObject *kr_suggestions_find(PyObject *exception);

#endif
