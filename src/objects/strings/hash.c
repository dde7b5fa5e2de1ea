// hash.c - the hash of raw bytes: SipHash-1-3 under the process's secret.
#include "pyhash.h"

#include "base/siphash.h"
#include "pyport.h"

Py_hash_t _Py_HashBytes(const void *data, Py_ssize_t size)
{
    if (size == 0) return 0;
    Py_hash_t hash = (Py_hash_t)kr_hash_bytes(_Py_HashSecret.siphash.k0, _Py_HashSecret.siphash.k1,
                                              data, size);
    return hash == -1 ? -2 : hash;
}

PyHash_FuncDef *PyHash_GetFuncDef(void)
{
    static PyHash_FuncDef function = {_Py_HashBytes, "siphash13", 64, 128};
    return &function;
}
