// posix.h - the parts of the module posix: each adds its functions and types.
#ifndef KR_MODULES_POSIX_POSIX_H
#define KR_MODULES_POSIX_POSIX_H

#include "object.h"

#include <sys/stat.h>

// Each: 0 or -1.
int kr_posix_add_constants(PyObject *module);
int kr_posix_add_descriptors(PyObject *module);
int kr_posix_add_environment(PyObject *module);
int kr_posix_add_files(PyObject *module);
int kr_posix_add_folders(PyObject *module);
int kr_posix_add_identity(PyObject *module);
int kr_posix_add_links(PyObject *module);
int kr_posix_add_process(PyObject *module);
int kr_posix_add_stat(PyObject *module);
int kr_posix_add_system(PyObject *module);

// New os.stat_result.
PyObject *kr_stat_result_new(const struct stat *status);

#endif
