// allocators.c - PYTHONMALLOC: which functions serve the domains of memory.
//
// A block must go back to the functions that gave it, so this is decided before the first
// allocation: from the bytes of the command line, of which only -E and -I matter here.
#include "app/config.h"

#include <stdlib.h>
#include <string.h>

#include "internal/pycore_pymem.h"

typedef enum { GO_ON, SKIP_NEXT, IGNORES, DONE } Reading;

// What a joined short option says: stop at the program's own arguments, step over the value of -W
// and -X.
static Reading read_option(const char *option)
{
    for (const char *letter = option + 1; *letter != '\0'; letter++) {
        if (*letter == 'E' || *letter == 'I') return IGNORES;
        if (*letter == 'c' || *letter == 'm') return DONE;
        if (*letter == 'W' || *letter == 'X') return letter[1] == '\0' ? SKIP_NEXT : GO_ON;
    }
    return GO_ON;
}

static int environment_is_ignored(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        const char *option = arguments[i];
        if (option[0] != '-' || option[1] == '\0' || strcmp(option, "--") == 0) return 0;
        if (option[1] == '-') {
            if (strcmp(option, "--check-hash-based-pycs") == 0) i++;
            continue;
        }
        Reading reading = read_option(option);
        if (reading == IGNORES || reading == DONE) return reading == IGNORES;
        if (reading == SKIP_NEXT) i++;
    }
    return 0;
}

PyStatus kr_allocators_choose(int count, char **arguments)
{
    const char *value = getenv("PYTHONMALLOC");
    if (value == NULL || environment_is_ignored(count, arguments)) return PyStatus_Ok();
    PyMemAllocatorName name;
    if (_PyMem_GetAllocatorName(value, &name) < 0) {
        PyStatus status = PyStatus_Error("PYTHONMALLOC: unknown allocator");
        status.func = "preconfig_init_allocator";
        return status;
    }
    return _PyMem_SetupAllocators(name) < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}
