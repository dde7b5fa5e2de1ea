// config.h - PyConfig: how an interpreter is to be started.
//
// Strings and lists are PyMem_RawMalloc'ed and belong to the config.
#ifndef KR_APP_CONFIG_H
#define KR_APP_CONFIG_H

#include "Python.h"

// Replaces *[place] by a copy of [text] (NULL: nothing).  0, or -1 without memory.
int kr_config_set(wchar_t **place, const wchar_t *text);
// The same from bytes in the locale's encoding.
int kr_config_set_bytes(wchar_t **place, const char *text);
// Appends a copy of [text]: 0, or -1 without memory.
int kr_config_append(PyWideStringList *list, const wchar_t *text);
void kr_config_clear_list(PyWideStringList *list);
// Copies everything into [target], which is initialised: 0, or -1 without memory.
int kr_config_copy(PyConfig *target, const PyConfig *source);

// allocators.c: sets the allocators that PYTHONMALLOC names; before anything is allocated.
PyStatus kr_allocators_choose(int count, char **arguments);
// options.c: reads the command line in orig_argv.  On return argv holds what is left for the
// program.  A status of type exit ends the program (after -h, -V or a mistake).
PyStatus kr_options_read(PyConfig *config);
// environment.c: reads the PYTHON… variables for what the command line left open.
PyStatus kr_environment_read(PyConfig *config);
// paths.c: finds library, prefixes and executable, and fills the search path.
PyStatus kr_paths_read(PyConfig *config);
// usage.c
void kr_usage_print(const wchar_t *program);
void kr_usage_print_environment(void);
void kr_usage_print_options(void);
// The value of option -X [name]: "" where it has none, NULL where it was not given.
const wchar_t *kr_config_x_option(const PyConfig *config, const wchar_t *name);

#endif
