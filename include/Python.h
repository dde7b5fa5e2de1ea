// Python.h - all of the public C API.
#ifndef Py_PYTHON_H
#define Py_PYTHON_H

#include "patchlevel.h"
#include "pyconfig.h"
#include "pymacconfig.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "pymacro.h"
#include "pyport.h"
#include "pytypedefs.h"

// Memory and objects.
#include "object.h"
#include "objimpl.h"
#include "pybuffer.h"
#include "pyhash.h"
#include "pymath.h"
#include "pymem.h"
#include "typeslots.h"
#include "cpython/pydebug.h"

// Types.
#include "boolobject.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "enumobject.h"
#include "fileobject.h"
#include "floatobject.h"
#include "genericaliasobject.h"
#include "iterobject.h"
#include "listobject.h"
#include "longobject.h"
#include "memoryobject.h"
#include "methodobject.h"
#include "moduleobject.h"
#include "pycapsule.h"
#include "pyframe.h"
#include "rangeobject.h"
#include "setobject.h"
#include "sliceobject.h"
#include "structseq.h"
#include "traceback.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"
#ifndef Py_LIMITED_API
#include "cpython/cellobject.h"
#include "cpython/classobject.h"
#include "cpython/code.h"
#include "cpython/context.h"
#include "cpython/funcobject.h"
#include "cpython/genobject.h"
#include "cpython/longintrepr.h"
#include "cpython/odictobject.h"
#include "cpython/picklebufobject.h"
#endif

// The interpreter.
#include "abstract.h"
#include "bltinmodule.h"
#include "ceval.h"
#include "codecs.h"
#include "compile.h"
#include "fileutils.h"
#include "import.h"
#include "intrcheck.h"
#include "modsupport.h"
#include "osmodule.h"
#include "pyerrors.h"
#include "pylifecycle.h"
#include "pystate.h"
#include "pystrcmp.h"
#include "pystrtod.h"
#include "pythonrun.h"
#include "pythread.h"
#include "sysmodule.h"
#include "tracemalloc.h"
#include "warnings.h"
#ifndef Py_LIMITED_API
#include "cpython/initconfig.h"
#include "cpython/pyctype.h"
#include "cpython/pytime.h"
#endif
#include "cpython/pyfpe.h"

#endif
