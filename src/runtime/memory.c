// memory.c - PyMem_* and PyObject_*: the three domains.
//
// raw is the C heap (base/memory), mem and object are the size-class allocator.  While nobody
// replaced the functions of a domain, its calls go there directly.
#include "runtime/memory.h"

#include <string.h>
#include <sys/mman.h>
#include <wchar.h>

#include "base/memory.h"
#include "internal/pycore_pymem.h"
#include "runtime/state.h"

#define MEMORY (&_PyRuntime.memory)
#define HEAP (&_PyRuntime.memory.heap)

// ---- the usual functions, as a table shows them

static void *raw_malloc(void *context, size_t size)
{
    return kr_memory_allocate(size ? size : 1);
}

static void *raw_calloc(void *context, size_t count, size_t size)
{
    if (count == 0 || size == 0) count = size = 1;
    return kr_memory_allocate_zeroed(count, size);
}

static void *raw_realloc(void *context, void *block, size_t size)
{
    return kr_memory_resize(block, size ? size : 1);
}

static void raw_free(void *context, void *block)
{
    kr_memory_free(block);
}

static void *heap_malloc(void *context, size_t size)
{
    return kr_heap_allocate(HEAP, size);
}

static void *heap_calloc(void *context, size_t count, size_t size)
{
    void *block = kr_heap_allocate(HEAP, count * size);
    return block == NULL ? NULL : memset(block, 0, count * size);
}

static void *heap_realloc(void *context, void *block, size_t size)
{
    return kr_heap_resize(HEAP, block, size);
}

static void heap_free(void *context, void *block)
{
    if (block != NULL) kr_heap_free(HEAP, block);
}

static const PyMemAllocatorEx raw_functions = {NULL, raw_malloc, raw_calloc, raw_realloc,
                                               raw_free};
static const PyMemAllocatorEx heap_functions = {NULL, heap_malloc, heap_calloc, heap_realloc,
                                                heap_free};

static const PyMemAllocatorEx *usual_functions(PyMemAllocatorDomain domain)
{
    return domain == PYMEM_DOMAIN_RAW ? &raw_functions : &heap_functions;
}

// ---- replacing them

void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    if ((unsigned)domain > PYMEM_DOMAIN_OBJ) {
        memset(allocator, 0, sizeof *allocator);
        return;
    }
    *allocator = MEMORY->is_hooked[domain] ? MEMORY->allocators[domain] : *usual_functions(domain);
}

void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    if ((unsigned)domain > PYMEM_DOMAIN_OBJ) return;
    MEMORY->allocators[domain] = *allocator;
    MEMORY->is_hooked[domain] = memcmp(allocator, usual_functions(domain), sizeof *allocator) != 0;
}

static void *arena_allocate(void *context, size_t size)
{
    void *arena = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return arena == MAP_FAILED ? NULL : arena;
}

static void arena_free(void *context, void *arena, size_t size)
{
    munmap(arena, size);
}

void PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    *allocator = MEMORY->arenas;
    if (allocator->alloc == NULL)
        *allocator = (PyObjectArenaAllocator){NULL, arena_allocate, arena_free};
}

void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator)
{
    MEMORY->arenas = *allocator;
}

void PyMem_SetupDebugHooks(void)
{
    for (int domain = PYMEM_DOMAIN_RAW; domain <= PYMEM_DOMAIN_OBJ; domain++)
        kr_memory_add_fences((PyMemAllocatorDomain)domain);
}

int _PyMem_SetDefaultAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *ret_old)
{
    if (ret_old != NULL) PyMem_GetAllocator(domain, ret_old);
    PyMemAllocatorEx usual = *usual_functions(domain);
    PyMem_SetAllocator(domain, &usual);
    return 0;
}

static const struct {
    const char *name;
    PyMemAllocatorName value;
} allocator_names[] = {
    {"", PYMEM_ALLOCATOR_NOT_SET},           {"default", PYMEM_ALLOCATOR_DEFAULT},
    {"debug", PYMEM_ALLOCATOR_DEBUG},        {"pymalloc", PYMEM_ALLOCATOR_PYMALLOC},
    {"malloc", PYMEM_ALLOCATOR_MALLOC},      {"pymalloc_debug", PYMEM_ALLOCATOR_PYMALLOC_DEBUG},
    {"malloc_debug", PYMEM_ALLOCATOR_MALLOC_DEBUG},
};

int _PyMem_GetAllocatorName(const char *name, PyMemAllocatorName *ret_value)
{
    if (name == NULL) name = "";
    for (size_t i = 0; i < Py_ARRAY_LENGTH(allocator_names); i++) {
        if (strcmp(allocator_names[i].name, name) != 0) continue;
        *ret_value = allocator_names[i].value;
        return 0;
    }
    return -1;
}

int _PyMem_SetupAllocators(PyMemAllocatorName name)
{
    bool with_heap = name != PYMEM_ALLOCATOR_MALLOC && name != PYMEM_ALLOCATOR_MALLOC_DEBUG;
    bool with_fences = name == PYMEM_ALLOCATOR_DEBUG || name == PYMEM_ALLOCATOR_PYMALLOC_DEBUG
                       || name == PYMEM_ALLOCATOR_MALLOC_DEBUG;
    if (name == PYMEM_ALLOCATOR_NOT_SET) return 0;
    for (int domain = PYMEM_DOMAIN_RAW; domain <= PYMEM_DOMAIN_OBJ; domain++) {
        PyMemAllocatorEx functions = with_heap ? *usual_functions(domain) : raw_functions;
        PyMem_SetAllocator((PyMemAllocatorDomain)domain, &functions);
    }
    if (with_fences) PyMem_SetupDebugHooks();
    MEMORY->name = with_heap ? (with_fences ? "pymalloc_debug" : "pymalloc")
                             : (with_fences ? "malloc_debug" : "malloc");
    return 0;
}

const char *_PyMem_GetCurrentAllocatorName(void)
{
    if (MEMORY->name == NULL) return "pymalloc";
    return MEMORY->name;
}

// ---- the domains

void *PyMem_RawMalloc(size_t size)
{
    if (size > (size_t)PY_SSIZE_T_MAX) return NULL;
    if (MEMORY->is_hooked[PYMEM_DOMAIN_RAW]) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[PYMEM_DOMAIN_RAW];
        return functions->malloc(functions->ctx, size);
    }
    return raw_malloc(NULL, size);
}

void *PyMem_RawCalloc(size_t count, size_t size)
{
    if (size != 0 && count > (size_t)PY_SSIZE_T_MAX / size) return NULL;
    if (MEMORY->is_hooked[PYMEM_DOMAIN_RAW]) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[PYMEM_DOMAIN_RAW];
        return functions->calloc(functions->ctx, count, size);
    }
    return raw_calloc(NULL, count, size);
}

void *PyMem_RawRealloc(void *block, size_t size)
{
    if (size > (size_t)PY_SSIZE_T_MAX) return NULL;
    if (MEMORY->is_hooked[PYMEM_DOMAIN_RAW]) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[PYMEM_DOMAIN_RAW];
        return functions->realloc(functions->ctx, block, size);
    }
    return raw_realloc(NULL, block, size);
}

void PyMem_RawFree(void *block)
{
    if (MEMORY->is_hooked[PYMEM_DOMAIN_RAW]) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[PYMEM_DOMAIN_RAW];
        functions->free(functions->ctx, block);
        return;
    }
    kr_memory_free(block);
}

// mem and object do the same, each with its own table.
#define HOOKED(domain) __builtin_expect(MEMORY->is_hooked[domain], 0)

static void *domain_malloc(PyMemAllocatorDomain domain, size_t size)
{
    if (HOOKED(domain)) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[domain];
        return size > (size_t)PY_SSIZE_T_MAX ? NULL : functions->malloc(functions->ctx, size);
    }
    return kr_heap_allocate(HEAP, size);
}

static void *domain_calloc(PyMemAllocatorDomain domain, size_t count, size_t size)
{
    if (size != 0 && count > (size_t)PY_SSIZE_T_MAX / size) return NULL;
    if (HOOKED(domain)) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[domain];
        return functions->calloc(functions->ctx, count, size);
    }
    if (count * size > KR_HEAP_LARGEST) return kr_memory_allocate_zeroed(count, size);
    return heap_calloc(NULL, count, size);
}

static void *domain_realloc(PyMemAllocatorDomain domain, void *block, size_t size)
{
    if (size > (size_t)PY_SSIZE_T_MAX) return NULL;
    if (HOOKED(domain)) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[domain];
        return functions->realloc(functions->ctx, block, size);
    }
    return kr_heap_resize(HEAP, block, size);
}

static void domain_free(PyMemAllocatorDomain domain, void *block)
{
    if (HOOKED(domain)) {
        PyMemAllocatorEx *functions = &MEMORY->allocators[domain];
        functions->free(functions->ctx, block);
    } else if (block != NULL) {
        kr_heap_free(HEAP, block);
    }
}

void *PyMem_Malloc(size_t size)
{
    return domain_malloc(PYMEM_DOMAIN_MEM, size);
}

void *PyMem_Calloc(size_t count, size_t size)
{
    return domain_calloc(PYMEM_DOMAIN_MEM, count, size);
}

void *PyMem_Realloc(void *block, size_t size)
{
    return domain_realloc(PYMEM_DOMAIN_MEM, block, size);
}

void PyMem_Free(void *block)
{
    domain_free(PYMEM_DOMAIN_MEM, block);
}

void *PyObject_Malloc(size_t size)
{
    return domain_malloc(PYMEM_DOMAIN_OBJ, size);
}

void *PyObject_Calloc(size_t count, size_t size)
{
    return domain_calloc(PYMEM_DOMAIN_OBJ, count, size);
}

void *PyObject_Realloc(void *block, size_t size)
{
    return domain_realloc(PYMEM_DOMAIN_OBJ, block, size);
}

void PyObject_Free(void *block)
{
    domain_free(PYMEM_DOMAIN_OBJ, block);
}

// ---- copies of text

wchar_t *_PyMem_RawWcsdup(const wchar_t *text)
{
    size_t size = (wcslen(text) + 1) * sizeof(wchar_t);
    wchar_t *copy = PyMem_RawMalloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

char *_PyMem_RawStrdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_RawMalloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

char *_PyMem_Strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_Malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

// ---- statistics

Py_ssize_t _Py_GetAllocatedBlocks(void)
{
    return (Py_ssize_t)kr_heap_blocks_in_use(HEAP);
}

int _PyObject_DebugMallocStats(FILE *out)
{
    if (HEAP->size == 0) return 0;
    kr_heap_print(HEAP, out);
    return 1;
}
