// memory_debug.c - fences around memory blocks, for PYTHONMALLOC=debug.
//
//     [ size : 8, big-endian | domain letter | 7 × FORBIDDEN ][ data ][ 8 × FORBIDDEN ]
//                                                             ^ what the caller gets
//
// Fresh data is filled with CLEAN, freed data with DEAD.  A block whose fences changed, or that
// comes back to another domain than it was made in, ends the process with a description of it.
#include <stdio.h>
#include <string.h>

#include "pyerrors.h"
#include "runtime/memory.h"
#include "runtime/state.h"
#include "runtime/thread.h"

enum { CLEAN = 0xCD, DEAD = 0xDD, FORBIDDEN = 0xFD, WORD = 8, BEFORE = 2 * WORD, AFTER = WORD };

typedef KrFencedDomain Fenced;

static size_t read_size(const unsigned char *block)
{
    size_t size = 0;
    for (int i = 0; i < WORD; i++) size = size << 8 | block[i - BEFORE];
    return size;
}

static void write_fences(unsigned char *start, char letter, size_t size)
{
    for (int i = 0; i < WORD; i++) start[i] = (unsigned char)(size >> (8 * (WORD - 1 - i)));
    start[WORD] = (unsigned char)letter;
    memset(start + WORD + 1, FORBIDDEN, WORD - 1);
    memset(start + BEFORE + size, FORBIDDEN, AFTER);
}

static int is_fence(const unsigned char *bytes, int count)
{
    for (int i = 0; i < count; i++)
        if (bytes[i] != FORBIDDEN) return 0;
    return 1;
}

static void describe_fence(const char *where, const unsigned char *bytes, int count)
{
    if (is_fence(bytes, count)) {
        fprintf(stderr, "FORBIDDENBYTE, as expected.\n");
        return;
    }
    fprintf(stderr, "not all FORBIDDENBYTE (0x%02x):\n", FORBIDDEN);
    for (int i = 0; i < count; i++)
        fprintf(stderr, "        at %s%d: 0x%02x%s\n", where, i, bytes[i],
                bytes[i] == FORBIDDEN ? "" : " *** OUCH");
}

static void describe_block(const unsigned char *block)
{
    size_t size = read_size(block);
    fprintf(stderr, "Debug memory block at address p=%p: API '%c'\n", (const void *)block,
            (char)block[-WORD]);
    fprintf(stderr, "    %zu bytes originally requested\n", size);
    fprintf(stderr, "    The %d pad bytes at p-%d are ", WORD - 1, WORD - 1);
    describe_fence("p-", block - WORD + 1, WORD - 1);
    fprintf(stderr, "    The %d pad bytes at tail=%p are ", AFTER, (const void *)(block + size));
    describe_fence("tail+", block + size, AFTER);
    if (size > 0) {
        fprintf(stderr, "    Data at p:");
        for (size_t i = 0; i < size && i < 8; i++) fprintf(stderr, " %02x", block[i]);
        if (size > 16) fputs(" ...", stderr);
        for (size_t i = size > 16 ? size - 8 : 8; i < size; i++)
            fprintf(stderr, " %02x", block[i]);
        fputc('\n', stderr);
    }
    fputc('\n', stderr);
    fprintf(stderr, "Enable tracemalloc to get the memory block allocation traceback\n\n");
    fflush(stderr);
}

static void check_block(const char *function, char letter, const unsigned char *block)
{
    if ((char)block[-WORD] != letter) {
        describe_block(block);
        _Py_FatalErrorFormat(function, "bad ID: Allocated using API '%c', verified using API '%c'",
                             (char)block[-WORD], letter);
    }
    if (!is_fence(block - WORD + 1, WORD - 1)) {
        describe_block(block);
        _Py_FatalErrorFunc(function, "bad leading pad byte");
    }
    if (!is_fence(block + read_size(block), AFTER)) {
        describe_block(block);
        _Py_FatalErrorFunc(function, "bad trailing pad byte");
    }
}

static void check_lock_is_held(const char *function)
{
    if (_PyRuntime._initialized && kr_thread_current() == NULL)
        _Py_FatalErrorFunc(function, "Python memory allocator called without holding the GIL");
}

static void *fenced_allocate(Fenced *domain, size_t size, int zeroed)
{
    if (size > (size_t)PY_SSIZE_T_MAX - BEFORE - AFTER) return NULL;
    if (domain->letter != 'r') check_lock_is_held("_PyMem_DebugMalloc");
    size_t total = size + BEFORE + AFTER;
    unsigned char *start = zeroed ? domain->below.calloc(domain->below.ctx, 1, total)
                                  : domain->below.malloc(domain->below.ctx, total);
    if (start == NULL) return NULL;
    write_fences(start, domain->letter, size);
    if (!zeroed) memset(start + BEFORE, CLEAN, size);
    return start + BEFORE;
}

static void *fenced_malloc(void *context, size_t size)
{
    return fenced_allocate(context, size, 0);
}

static void *fenced_calloc(void *context, size_t count, size_t size)
{
    return fenced_allocate(context, count * size, 1);
}

static void fenced_free(void *context, void *pointer)
{
    Fenced *domain = context;
    unsigned char *block = pointer;
    if (block == NULL) return;
    if (domain->letter != 'r') check_lock_is_held("_PyMem_DebugFree");
    check_block("_PyMem_DebugRawFree", domain->letter, block);
    memset(block - BEFORE, DEAD, BEFORE + read_size(block) + AFTER);
    domain->below.free(domain->below.ctx, block - BEFORE);
}

// Always moves: what still points to the old block then reads DEAD bytes.
static void *fenced_realloc(void *context, void *pointer, size_t size)
{
    Fenced *domain = context;
    if (pointer == NULL) return fenced_allocate(domain, size, 0);
    check_block("_PyMem_DebugRawRealloc", domain->letter, pointer);
    size_t old = read_size(pointer);
    void *moved = fenced_allocate(domain, size, 0);
    if (moved == NULL) return NULL;
    memcpy(moved, pointer, old < size ? old : size);
    fenced_free(domain, pointer);
    return moved;
}

void kr_memory_add_fences(PyMemAllocatorDomain which)
{
    Fenced *domain = &_PyRuntime.memory.fenced[which];
    domain->letter = "rmo"[which];
    PyMemAllocatorEx current;
    PyMem_GetAllocator(which, &current);
    if (current.malloc == fenced_malloc) return;
    domain->below = current;
    PyMemAllocatorEx functions = {domain, fenced_malloc, fenced_calloc, fenced_realloc,
                                  fenced_free};
    PyMem_SetAllocator(which, &functions);
}
