// pymacro.h - small macros that C lacks.
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H

#include "pyconfig.h"

#define Py_MIN(x, y) ((x) < (y) ? (x) : (y))
#define Py_MAX(x, y) ((x) > (y) ? (x) : (y))
#define Py_ABS(x) ((x) < 0 ? -(x) : (x))

#define _Py_XSTRINGIFY(x) #x
#define Py_STRINGIFY(x) _Py_XSTRINGIFY(x)

#define Py_MEMBER_SIZE(type, member) sizeof(((type *)0)->member)
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))

// 0, or an error of the compiler when [condition] is false.
#define Py_BUILD_ASSERT_EXPR(condition) (sizeof(char[1 - 2 * !(condition)]) - 1)
#define Py_BUILD_ASSERT(condition) do { (void)Py_BUILD_ASSERT_EXPR(condition); } while (0)

#if defined(__GNUC__) && !defined(__STRICT_ANSI__) && !defined(__cplusplus)
#define Py_ARRAY_LENGTH(array)                                                                    \
    (sizeof(array) / sizeof((array)[0])                                                           \
     + Py_BUILD_ASSERT_EXPR(!__builtin_types_compatible_p(__typeof__(array),                      \
                                                          __typeof__(&(array)[0]))))
#else
#define Py_ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifdef WITH_DOC_STRINGS
#define PyDoc_STR(text) text
#else
#define PyDoc_STR(text) ""
#endif
#define PyDoc_VAR(name) static const char name[]
#define PyDoc_STRVAR(name, text) PyDoc_VAR(name) = PyDoc_STR(text)

// Sizes and addresses to a multiple of [a], a power of two.
#define _Py_SIZE_ROUND_DOWN(n, a) ((size_t)(n) & ~(size_t)((a) - 1))
#define _Py_SIZE_ROUND_UP(n, a) (((size_t)(n) + (size_t)((a) - 1)) & ~(size_t)((a) - 1))
#define _Py_ALIGN_DOWN(p, a) ((void *)((uintptr_t)(p) & ~(uintptr_t)((a) - 1)))
#define _Py_ALIGN_UP(p, a)                                                                        \
    ((void *)(((uintptr_t)(p) + (uintptr_t)((a) - 1)) & ~(uintptr_t)((a) - 1)))
#define _Py_IS_ALIGNED(p, a) (((uintptr_t)(p) & (uintptr_t)((a) - 1)) == 0)

#define Py_UNUSED(name) _unused_##name __attribute__((unused))
#define Py_UNREACHABLE() __builtin_unreachable()
#define _Py_RVALUE(expression) ((void)0, (expression))

#endif
